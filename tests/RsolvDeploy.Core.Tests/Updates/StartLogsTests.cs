using Microsoft.AspNetCore.Http;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Reporting;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Updates;

/// <summary>The logs of the new pods against the configured patterns.</summary>
public class StartLogsTests
{
    // With the pattern below each line of this length takes longer than the limit.
    private const string Backtracking = @"^(a+)+(?<!b)$";
    private static readonly string Hostile = new string('a', 5000) + "!";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_pattern_fails_the_check_and_shows_the_line()
    {
        var check = await CheckAsync("started\n[error] broken\n", new RolloutSettings { LogErrors = [@"\[error\]"] });
        Assert.Equal((CheckStatus.Failed, "app-1: [error] broken"), (check.Status, check.Evidence));
    }

    [Theory]
    [InlineData("started\n", CheckStatus.Passed)]
    [InlineData("nothing\n", CheckStatus.Failed)]
    public async Task The_start_marker_has_to_be_in_the_log(string log, CheckStatus status) =>
        Assert.Equal(status, (await CheckAsync(log, new RolloutSettings { StartMarker = "started" })).Status);

    [Fact]
    public async Task A_pattern_that_takes_too_long_for_a_line_is_a_warning_that_names_it()
    {
        var check = await CheckAsync($"started\n{Hostile}\n", new RolloutSettings { StartMarker = "started", LogErrors = [Backtracking] });
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Contains($"app-1: the pattern '{Backtracking}' takes too long", check.Evidence, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(check.Remedy));
    }

    [Fact]
    public async Task A_start_marker_that_takes_too_long_for_a_line_is_a_warning_and_no_failure() =>
        Assert.Equal(CheckStatus.Warning, (await CheckAsync($"{Hostile}\n", new RolloutSettings { StartMarker = Backtracking })).Status);

    [Fact]
    public async Task An_error_after_a_line_that_takes_too_long_still_fails_the_check() =>
        Assert.Equal(
            CheckStatus.Failed,
            (await CheckAsync($"{Hostile}\n[error]\n", new RolloutSettings { LogErrors = [Backtracking, @"\[error\]"] })).Status);

    private static async Task<CheckOutcome> CheckAsync(string log, RolloutSettings settings)
    {
        await using var api = await ScriptedApi.StartAsync(null, http => http.Response.WriteAsync(log, Ct));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var target = new Target
        {
            Name = "t",
            ConfigurationPath = "",
            Namespace = "n",
            Deployment = "app",
            Environment = "e",
            Rollout = settings,
        };
        return await new StartLogs(cluster, target, "app").EvaluateAsync([new PodState("app-1", "Running", true, 0, "node", null)], Ct);
    }
}
