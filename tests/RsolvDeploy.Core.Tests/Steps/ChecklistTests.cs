using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>The whole checklist in one call: phases, gates, policy, decisions, freeze windows and previews.</summary>
public sealed class ChecklistTests : IAsyncLifetime
{
    private static readonly string[] Phases =
    [
        "Environment", "Backup", "Publish", "AnnounceStart", "Update", "Migration", "Health", "TestData", "Verification", "Dashboard",
        "Smoke", "AnnounceEnd", "SignOff",
    ];

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
    public async Task A_good_release_passes_every_phase_and_is_signed_off()
    {
        var seen = new List<string>();
        _front.OnPhase = update =>
        {
            if (update.IsEnd) seen.Add($"{update.Phase.Number}/{update.Count} {update.Phase.Name}");
        };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Succeeded, DeploymentOutcome.Succeeded), (summary.Status, summary.Outcome));
        Assert.Equal(Phases.Select(name => $"{name}: Succeeded"), summary.Phases.Select(phase => phase.ToString()));
        Assert.Equal(Phases.Select((name, index) => $"{index + 1}/{Phases.Length} {name}"), seen);
        Assert.All(summary.Phases, phase => Assert.True(phase is { Started: not null, Estimate: not null, Evidence.Length: > 0 }));
        Assert.Equal(summary.Image, _sandbox.Image());
        Assert.Empty(_front.Errors);
        Assert.StartsWith("Watch the first hour: Watch-RsolvDeployment production -RunId", summary.Next, StringComparison.Ordinal);

        var recorded = _front.Recorded();
        Assert.Equal((RunState.Completed, "ticket 7", true), (recorded.ToRecord().State, recorded.ToRecord().Reason, recorded.IsChecklist));
        Assert.All(recorded.Steps, step => Assert.True(step.Result is { Started: not null, Duration: not null }));
        // Once for the run, then each change that was not known before.
        Assert.Equal(5, _front.Confirmed.Count);
    }

    [Fact]
    public async Task A_preview_plans_every_phase_and_changes_nothing()
    {
        _front.IsPreview = true;
        var before = _sandbox.Requests.Count;
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Planned, null), (summary.Status, summary.Outcome));
        Assert.Equal(
            ["Environment: Succeeded", .. Phases.Skip(1).Select(name => $"{name}: Planned")],
            summary.Phases.Select(phase => phase.ToString()));
        var published = Result<PublishedImage>(summary);
        var rollout = Result<Rollout>(summary);
        Assert.Equal(published.PlannedReference, rollout.Image);
        Assert.Matches(":production-[0-9]{8}-[0-9]{6}$", rollout.Image);
        Assert.Contains(rollout.Image!, rollout.Diff, StringComparison.Ordinal);
        Assert.Contains(
            "listed after its rollout",
            Result<Migration>(summary).Checks.Single(check => check.Id == "migration.status").Evidence,
            StringComparison.Ordinal);
        Assert.All(
            summary.Phases.Single(phase => phase.Name == "Health").Result!.Checks,
            check => Assert.Contains("measured after the migration, which is only planned", check.Evidence, StringComparison.Ordinal));
        Assert.False(new RunFolder(_front.RunId).IsRecorded);
        Assert.DoesNotContain(_sandbox.Requests.Skip(before), request => request.Method is not "GET"
            && !request.Path.Contains("dryRun=All", StringComparison.Ordinal)
            && !request.Path.Contains("selfsubjectaccessreviews", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_update_that_fails_is_rolled_back_and_the_rest_is_not_started()
    {
        var good = _sandbox.Image();
        _sandbox.Faults.Inject(Fault.CrashLoop, 1);
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Failed, DeploymentOutcome.RolledBack), (summary.Status, summary.Outcome));
        Assert.Equal(["RolloutFailed"], _front.Errors);
        Assert.Equal(good, _sandbox.Image());
        Assert.All(summary.Phases.Skip(5).SkipLast(1), phase => Assert.Null(phase.Status));
        Assert.All(summary.Phases.Skip(5).SkipLast(1), phase => Assert.Equal("Update did not succeed", phase.Evidence));
        Assert.Equal(["before", "rolledback"], Announced());
        Assert.StartsWith("Rollback of production: Succeeded", summary.ToString(), StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, _front.Recorded().ToRecord().State);
    }

    [Theory]
    [InlineData(PolicyAction.RollBack)]
    [InlineData(PolicyAction.Stop)]
    public async Task A_verification_that_fails_follows_the_policy(PolicyAction policy)
    {
        var good = _sandbox.Image();
        _front.Target = _front.Target with { Policy = _front.Target.Policy with { OnFailure = policy } };
        _front.Options = _front.Options with { Skip = ["migration"] };
        _front.OnPhase = update =>
        {
            if (update is { IsEnd: false, Phase.Name: "Health" }) _sandbox.Faults.Inject(Fault.Platform5xx, -1);
            if (update is { IsEnd: false, Phase.Name: "Rollback" }) _sandbox.Faults.Clear();
        };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal(StepStatus.Failed, summary.Status);
        Assert.Equal(["VerificationFailed"], _front.Errors);
        Assert.Equal(policy == PolicyAction.RollBack, _sandbox.Image() == good);
        var rolledBack = policy == PolicyAction.RollBack;
        Assert.Equal(rolledBack ? DeploymentOutcome.RolledBack : DeploymentOutcome.Failed, summary.Outcome);
        Assert.Equal(rolledBack ? "Rollback: Succeeded" : "SignOff: not started", summary.Phases[^2].ToString());
        Assert.Equal("Announcement: Succeeded", summary.Phases[^1].ToString());
        Assert.Equal(["before", rolledBack ? "rolledback" : "failed"], Announced());
        Assert.Equal(
            [rolledBack ? StepKind.Rollback : StepKind.Completion, StepKind.Announcement],
            _front.Recorded().Steps.TakeLast(2).Select(step => step.Kind));
    }

    [Fact]
    public async Task A_rollback_across_the_migrations_of_the_run_is_refused_and_the_summary_says_what_to_do()
    {
        _front.OnPhase = update =>
        {
            if (update is { IsEnd: false, Phase.Name: "Health" }) _sandbox.Faults.Inject(Fault.Platform5xx, -1);
        };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal(["VerificationFailed", "SchemaMismatch"], _front.Errors);
        Assert.Equal((StepStatus.Failed, DeploymentOutcome.Failed), (summary.Status, summary.Outcome));
        Assert.StartsWith("The rollback failed, so act now: Undo-RsolvDeployment production", summary.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PolicyAction.Continue)]
    [InlineData(PolicyAction.Stop)]
    public async Task Risks_are_a_decision_which_is_recorded(PolicyAction answer)
    {
        _sandbox.Faults.Inject(Fault.AlertFiring, -1);
        await _sandbox.Services.Monitor.TickAsync(Ct);
        _front.Answer = answer;
        var summary = await _front.RunAsync(Ct);
        Assert.Equal("risks", _front.Decisions[0]);
        Assert.Equal(answer == PolicyAction.Continue, summary.Phases[4].Status is not null);
        Assert.Contains(_front.Recorded().Text.Lines, line => line.Event == LedgerEvent.Decision);
        if (answer == PolicyAction.Stop)
        {
            Assert.Equal((StepStatus.Skipped, null), (summary.Status, summary.Outcome));
            Assert.Equal("Environment: the decision was to stop", summary.Phases[1].Evidence);
            Assert.Empty(Announced());
        }
    }

    [Fact]
    public async Task A_declined_update_ends_the_run_without_a_change()
    {
        var good = _sandbox.Image();
        _front.Confirms = change => !change.StartsWith("Change the image", StringComparison.Ordinal);
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Planned, null), (summary.Status, summary.Outcome));
        Assert.Equal("Update was declined", summary.Phases[^2].Evidence);
        Assert.Equal(["before", "failed"], Announced());
        Assert.Equal(good, _sandbox.Image());
    }

    [Fact]
    public async Task A_freeze_window_refuses_unless_it_is_overridden_by_name_and_reason()
    {
        _front.Target = _front.Target with
        {
            Policy = _front.Target.Policy with { Freeze = new FreezeSettings { Windows = [new FreezeWindow("always")] } },
        };
        var refused = await Assert.ThrowsAsync<DeployException>(() => _front.RunAsync(Ct));
        Assert.Equal("DeploymentFrozen", refused.Id);
        Assert.False(new RunFolder(_front.RunId).IsRecorded);

        _front.Options = _front.Options with { FreezeOverride = new FreezeOverride("Jane Doe", "security fix") };
        Assert.Equal(StepStatus.Succeeded, (await _front.RunAsync(Ct)).Status);
        var line = Assert.Single(_front.Recorded().Text.Lines, line => line.Event == LedgerEvent.FreezeOverride);
        Assert.Equal(("always", "Jane Doe"), ((string?)line.Data["window"], (string?)line.Data["by"]));
    }

    [Fact]
    public async Task Approvals_of_other_persons_do_not_fail_the_deployment_and_are_what_comes_next()
    {
        _front.Target = _front.Target with { Approvals = ["engineering-lead"] };
        var summary = await _front.RunAsync(Ct);
        Assert.Equal((StepStatus.Succeeded, DeploymentOutcome.Succeeded), (summary.Status, summary.Outcome));
        Assert.Equal("SignOff: Skipped", summary.Phases[^1].ToString());
        Assert.Empty(_front.Errors);
        Assert.StartsWith(
            $"Approve-RsolvCheck -RunId {_front.RunId} -Id approval.engineering-lead.", summary.Next, StringComparison.Ordinal);
        Assert.Contains(_front.Warnings, warning => warning.Contains("approval.engineering-lead", StringComparison.Ordinal));
    }

    /// <summary>What was announced, in order.</summary>
    private List<string> Announced() => Directory.Exists(_front.Target.Announce!.Folder)
        ? [.. Directory.GetFiles(_front.Target.Announce.Folder!).Order(StringComparer.Ordinal)
            .Select(file => Path.GetFileName(file).Split('-')[2])]
        : [];

    private static T Result<T>(DeploymentSummary summary) => summary.Phases.Select(phase => phase.Result).OfType<T>().Single();
}
