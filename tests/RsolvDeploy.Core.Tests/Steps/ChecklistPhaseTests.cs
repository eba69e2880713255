using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>The phases around a release: the decision about staging, the announcements, and the watch.</summary>
public sealed class ChecklistPhaseTests : IAsyncLifetime
{
    private SandboxServer _sandbox = null!;
    private ChecklistFrontEnd _front = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        _front = new ChecklistFrontEnd(_sandbox);
    }

    public async ValueTask DisposeAsync() => await _sandbox.DisposeAsync();

    [Fact]
    public async Task Staging_is_skipped_only_with_a_reason_and_the_run_goes_on()
    {
        _front.Target = _front.Target with { Policy = _front.Target.Policy with { Staging = "staging" } };
        _front.Options = _front.Options with { Skip = ["Staging"] };
        Assert.Equal("SkipReasonMissing", (await Assert.ThrowsAsync<DeployException>(() => _front.RunAsync(Ct))).Id);

        _front.Options = _front.Options with { Skip = ["Dashboard", "Smoke"], StagingSkipReason = "only words changed" };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Succeeded, "Staging"), (summary.Status, summary.Phases[0].Name));
        var decision = Assert.Single(summary.Phases[0].Checks, check => check.Id == "staging.decision");
        Assert.Contains("option B", decision.Evidence, StringComparison.Ordinal);
        Assert.Equal(StepKind.Staging, _front.Recorded().Steps[0].Kind);
        Assert.NotNull(_front.Recorded().Steps[0].Result);
    }

    [Fact]
    public async Task An_unknown_staging_is_refused_before_anything_begins()
    {
        _front.Options = _front.Options with { StagingTarget = "nowhere" };
        Assert.Equal("TargetNotFound", (await Assert.ThrowsAsync<DeployException>(() => _front.RunAsync(Ct))).Id);
        Assert.False(new RunFolder(_front.RunId).IsRecorded);
    }

    [Fact]
    public async Task A_quiet_watch_shows_each_trigger_and_the_run_is_signed_off()
    {
        _front.Target = _front.Target with
        {
            Triggers = new TriggerSettings { Health = new FailureTrigger(3, TimeSpan.FromSeconds(1)) },
        };
        _front.Options = _front.Options with { Skip = ["Dashboard", "Smoke"], WatchFor = TimeSpan.FromSeconds(1) };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Succeeded, DeploymentOutcome.Succeeded), (summary.Status, summary.Outcome));
        var watch = summary.Phases.Single(phase => phase.Name == "Watch");
        Assert.Equal(["trigger.health: Passed", "trigger.manual: Passed"], watch.Checks.Select(check => $"{check.Id}: {check.Status}"));
        Assert.Equal(new PhaseEstimate(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 0), watch.Estimate);
        Assert.StartsWith("Export the report", summary.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_that_appears_during_the_watch_is_reported_and_recorded()
    {
        var tick = Task.CompletedTask;
        _front.Options = _front.Options with { Skip = ["Dashboard", "Smoke"], WatchFor = TimeSpan.FromSeconds(7) };
        _front.OnPhase = update =>
        {
            if (update is not { IsEnd: false, Phase.Name: "AnnounceEnd" }) return;
            _sandbox.Faults.Inject(Fault.AlertFiring, -1);
            tick = _sandbox.Services.Monitor.TickAsync(Ct);
        };
        var summary = await _front.RunAsync(Ct);
        await tick;
        Assert.Equal(DeploymentOutcome.Succeeded, summary.Outcome);
        Assert.Contains(_front.Warnings, warning => warning.StartsWith("Alert ", StringComparison.Ordinal));
        var check = summary.Phases.Single(phase => phase.Name == "Watch").Checks.Single(check => check.Id == "alerts.quiet");
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.StartsWith("fired during the watch: ", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_ends_the_watch_and_rolls_the_release_back()
    {
        var good = _sandbox.Image();
        _front.Options = _front.Options with { Skip = ["Migration", "Dashboard", "Smoke"], WatchFor = TimeSpan.FromHours(1) };
        _front.OnPhase = update =>
        {
            if (update is { IsEnd: false, Phase.Name: "Watch" }) Report("orders are lost");
        };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal(["WatchFailed"], _front.Errors);
        Assert.Equal((StepStatus.Failed, DeploymentOutcome.RolledBack), (summary.Status, summary.Outcome));
        Assert.Equal(good, _sandbox.Image());
        Assert.Contains("orders are lost", summary.Rollback!.Reason, StringComparison.Ordinal);
        Assert.Equal(["Rollback: Succeeded", "Announcement: Succeeded"], summary.Phases.TakeLast(2).Select(phase => phase.ToString()));
    }

    [Fact]
    public async Task A_release_that_somebody_deployed_during_the_watch_is_not_rolled_back()
    {
        var other = "";
        _front.Options = _front.Options with { Skip = ["Migration", "Dashboard", "Smoke"], WatchFor = TimeSpan.FromHours(1) };
        _front.OnPhase = update =>
        {
            if (update is not { IsEnd: false, Phase.Name: "Watch" }) return;
            _sandbox.ChangeDeployment(deployment =>
            {
                other = $"{_front.Target.Image!.Repository}@sha256:{new string('7', 64)}";
                deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = other;
                deployment["metadata"]!["annotations"]![DeploymentAnnotations.RunId] = "20260101-000000-abcdef";
            });
            Report("orders are lost");
        };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal(["WatchFailed", "ReleaseReplaced"], _front.Errors);
        Assert.Equal(DeploymentOutcome.Failed, summary.Outcome);
        Assert.Equal(other, _sandbox.Image());
    }

    [Fact]
    public async Task A_run_that_another_one_locked_out_changes_nothing_and_does_not_propose_a_rollback()
    {
        _sandbox.Create(new LeaseManifest("rsolv-lock-rsolv-platform", "ann@laptop run 1", DateTimeOffset.UtcNow));
        var summary = await _front.RunAsync(Ct);
        Assert.Equal(["DeploymentLocked"], _front.Errors);
        Assert.Equal((StepStatus.Failed, null), (summary.Status, summary.Outcome));
        Assert.EndsWith("The release was not changed.", summary.Next, StringComparison.Ordinal);
        Assert.DoesNotContain(_sandbox.Requests, request =>
            request.Method == "PATCH" && !request.Path.Contains("dryRun=All", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_target_without_any_address_is_deployed_and_signed_off_by_its_pods()
    {
        _front.Target = _front.Target with
        {
            Url = null,
            Prometheus = null,
            Grafana = null,
            Alertmanager = null,
            Alerts = null,
            TestData = null,
            Migrations = null,
        };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Succeeded, DeploymentOutcome.Succeeded), (summary.Status, summary.Outcome));
        Assert.Equal(
            ["Environment", "Backup", "Publish", "AnnounceStart", "Update", "AnnounceEnd", "SignOff"],
            summary.Phases.Select(phase => phase.Name));
    }

    [Fact]
    public async Task A_channel_that_fails_is_a_warning()
    {
        _front.Target = _front.Target with
        {
            Announce = new AnnounceSettings(Before: true, After: true)
            {
                Slack = new SecretValueReference { EnvironmentVariable = "RSOLV_TEST_NO_SUCH_VARIABLE" },
            },
        };
        _front.Options = _front.Options with { Skip = ["Dashboard", "Smoke"] };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Succeeded, DeploymentOutcome.Succeeded), (summary.Status, summary.Outcome));
        var phase = summary.Phases.Single(phase => phase.Name == "AnnounceStart");
        Assert.Equal((StepStatus.Succeeded, CheckStatus.Warning), (phase.Status, Assert.Single(phase.Checks).Status));
        Assert.Contains(_front.Warnings, warning => warning.Contains("Slack did not take it", StringComparison.Ordinal));
    }

    private void Report(string reason) => _sandbox.ChangeDeployment(
        deployment => deployment["metadata"]!["annotations"]![DeploymentAnnotations.Broken] = reason);
}
