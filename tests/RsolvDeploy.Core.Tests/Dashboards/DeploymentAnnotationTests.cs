using System.Text.Json.Nodes;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Monitoring;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>Updates and rollbacks are marked in the dashboard, where the target configures it.</summary>
public sealed class DeploymentAnnotationTests : IAsyncLifetime
{
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync() =>
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task An_update_and_a_rollback_are_marked_once_with_start_end_and_result()
    {
        using var front = Front(grafana => grafana with { Annotates = true });
        DateTimeOffset before = DateTimeOffset.UtcNow;

        await front.RunAsync(Update);
        await front.RunAsync(StepInvocation.Create(
            new RollbackStep(), new RollbackOptions { ToDigest = "production-20260101-000000", Reason = "rehearsal" }));

        Assert.DoesNotContain(front.Warnings, warning => warning.Contains("Grafana", StringComparison.Ordinal));
        Assert.Equal(2, _sandbox.Services.Annotations.All.Count);
        JsonObject update = _sandbox.Services.Annotations.All[0];
        Assert.Equal(GrafanaDashboard.Uid, (string?)update["dashboardUID"]);
        Assert.InRange((long)update["time"]!, before.ToUnixTimeMilliseconds(), (long)update["timeEnd"]!);
        Assert.Equal(
            ["rsolv", "deployment", "production", "succeeded", $"run:{front.RunId}", "step:rollout"],
            update["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.StartsWith("Update of production: Succeeded", (string?)update["text"], StringComparison.Ordinal);
        Assert.Contains("step:rollback", _sandbox.Services.Annotations.All[1]["tags"]!.AsArray().Select(tag => (string)tag!));
    }

    [Fact]
    public async Task Grafana_out_of_reach_is_a_warning_and_the_update_succeeds()
    {
        using var front = Front(grafana => grafana with
        {
            Annotates = true,
            Service = null,
            Url = new Uri("https://grafana.invalid/"),
        });

        StepOutcome outcome = (await front.RunAsync(Update)).Single();

        Assert.Equal((StepStatus.Succeeded, null), (outcome.Result.Status, outcome.Error?.Id));
        Assert.Single(
            front.Warnings,
            warning => warning.StartsWith("The deployment is not marked in Grafana: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_marked_by_default()
    {
        using var front = Front(grafana => grafana);

        await front.RunAsync(Update);

        Assert.Empty(_sandbox.Services.Annotations.All);
    }

    private static StepInvocation Update =>
        StepInvocation.Create(new UpdateStep(), new UpdateOptions { Image = "production-20260102-000000" });

    private PlainFrontEnd Front(Func<GrafanaSettings, GrafanaSettings> change)
    {
        var front = new PlainFrontEnd(_sandbox);
        front.Target = front.Target with { Grafana = change(front.Target.Grafana!) };
        return front;
    }
}
