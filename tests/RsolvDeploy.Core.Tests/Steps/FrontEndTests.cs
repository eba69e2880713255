using RsolvDeploy.Backups;
using RsolvDeploy.Core.Tests.Checks;
using RsolvDeploy.Images;
using RsolvDeploy.Migrations;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Preflight;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>Another front end runs the same steps without PowerShell.</summary>
public sealed class FrontEndTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_deployment_runs_from_plain_code_and_leaves_a_completed_run()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var front = new PlainFrontEnd(sandbox);
        var outcomes = await front.RunAsync(
            StepInvocation.Create(new PreflightStep(), new PreflightOptions()),
            StepInvocation.Create(new BackupStep(), new BackupOptions { Destination = Path.Combine(sandbox.Folder, "backups") }),
            StepInvocation.Create(new PublishStep(), new PublishOptions { Phase = "plain" }),
            StepInvocation.Create(new UpdateStep(), new UpdateOptions { Reason = "without a shell" }),
            StepInvocation.Create(new MigrationStep(), new MigrationOptions()),
            StepInvocation.Create(new VerificationStep(), new VerificationOptions()));
        Assert.All(outcomes, outcome => Assert.Equal((StepStatus.Succeeded, null), (outcome.Result.Status, outcome.Error?.Message)));
        Assert.All(outcomes, outcome => Assert.Equal(front.RunId, outcome.Result.RunId));
        Assert.All(outcomes, outcome => ComparedValues.AssertFilled(outcome.Result.Checks));
        front.Complete();

        var recorded = front.Recorded();
        Assert.Equal(RunState.Completed, recorded.ToRecord().State);
        Assert.Equal(
            [StepKind.Preflight, StepKind.Backup, StepKind.Publish, StepKind.Update, StepKind.Migration, StepKind.Verification],
            recorded.Steps.Select(step => step.Kind));
        Assert.All(recorded.Steps, step => Assert.Equal(StepStatus.Succeeded, step.Result?.Status));
    }

    [Fact]
    public async Task A_step_behind_a_failed_one_is_skipped_and_a_rollback_acts()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        sandbox.Faults.Inject(RsolvDeploy.Sandbox.Faults.Fault.CrashLoop, 1);
        using var front = new PlainFrontEnd(sandbox);
        var outcomes = await front.RunAsync(
            StepInvocation.Create(new PublishStep(), new PublishOptions { Phase = "crashes" }),
            StepInvocation.Create(new UpdateStep(), new UpdateOptions()),
            StepInvocation.Create(new RollbackStep(), new RollbackOptions()));
        Assert.Equal([StepStatus.Succeeded, StepStatus.Failed, StepStatus.Succeeded], outcomes.Select(outcome => outcome.Result.Status));
        Assert.Equal([null, "RolloutFailed", null], outcomes.Select(outcome => outcome.Error?.Id));
        Assert.All(outcomes, outcome => ComparedValues.AssertFilled(outcome.Result.Checks));
        Assert.Contains("the update failed", ((Rollback)outcomes[2].Result).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_emits_its_triggers_before_it_ends()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        sandbox.Faults.Inject(RsolvDeploy.Sandbox.Faults.Fault.Platform5xx, -1);
        using var front = new PlainFrontEnd(sandbox);
        front.Target = front.Target with
        {
            Triggers = front.Target.Triggers with { Health = new FailureTrigger(2, TimeSpan.FromMilliseconds(50)) },
        };
        var outcome = Assert.Single(
            await front.RunAsync(StepInvocation.Create(new WatchStep(), new WatchOptions(TimeSpan.FromSeconds(2)))));
        Assert.Contains(front.Emitted, emitted => emitted is FiredTrigger { Id: "trigger.health" });
        Assert.Equal((StepStatus.Failed, null), (outcome.Result.Status, outcome.Error));
        ComparedValues.AssertFilled(outcome.Result.Checks);
    }
}
