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

    [Fact]
    public async Task A_log_is_read_from_its_start_however_long_it_is()
    {
        var lines = string.Concat(Enumerable.Range(0, 6000).Select(number => $"GET /{number} 200\n"));
        Assert.Equal(CheckStatus.Passed, (await CheckAsync($"started\n{lines}", new RolloutSettings { StartMarker = "started" })).Status);
        var check = await CheckAsync($"[error] early\n{lines}", new RolloutSettings { LogErrors = [@"\[error\]"] });
        Assert.Equal((CheckStatus.Failed, "app-1: [error] early"), (check.Status, check.Evidence));
    }

    [Fact]
    public async Task A_start_marker_that_comes_late_is_waited_for()
    {
        var check = await CheckAsync(
            async http =>
            {
                await http.Response.WriteAsync("starting\n", http.RequestAborted);
                if (http.Request.Query["follow"] != "true") return;
                await http.Response.WriteAsync("started\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                // A container that is followed writes on.
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            new RolloutSettings { StartMarker = "started" },
            TimeSpan.FromMinutes(1));
        Assert.Equal(CheckStatus.Passed, check.Status);
    }

    [Theory]
    [InlineData(403, "Forbidden", "the log was not read")]
    [InlineData(404, "NotFound", "were replaced")]
    [InlineData(500, "InternalError", "the log was not read")]
    public async Task A_log_that_cannot_be_read_is_a_warning_and_no_failure(int status, string reason, string said)
    {
        var check = await CheckAsync(
            http =>
            {
                http.Response.StatusCode = status;
                var details = new { kind = "pods" };
                return http.Response.WriteAsJsonAsync(
                    new { kind = "Status", status = "Failure", reason, code = status, message = "no", details }, Ct);
            },
            new RolloutSettings { StartMarker = "started" });
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Contains(said, check.Evidence, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(check.Remedy));
    }

    [Fact]
    public async Task An_error_line_with_a_credential_is_left_out()
    {
        var check = await CheckAsync(
            "[error] postgres://app:hunter2hunter2@db/app\n", new RolloutSettings { LogErrors = [@"\[error\]"] });
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.DoesNotContain("hunter2", check.Evidence, StringComparison.Ordinal);
    }

    private static Task<CheckOutcome> CheckAsync(string log, RolloutSettings settings) =>
        CheckAsync(http => http.Response.WriteAsync(log, Ct), settings);

    private static async Task<CheckOutcome> CheckAsync(RequestDelegate answer, RolloutSettings settings, TimeSpan? patience = null)
    {
        await using var api = await ScriptedApi.StartAsync(null, answer);
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var target = new Target
        {
            Name = "t",
            ConfigurationPath = "",
            Namespace = "n",
            Deployment = "app",
            Environment = "e",
            Rollout = settings with
            {
                Patience = new Dictionary<string, TimeSpan> { [RolloutCauses.StartMarkerMissing.Id] = patience ?? TimeSpan.Zero },
            },
        };
        var pod = new PodState("app-1", "Running", true, 0, "node", null);
        return await new StartLogs(cluster, target, "app", TimeProvider.System).EvaluateAsync([pod], Ct);
    }
}
