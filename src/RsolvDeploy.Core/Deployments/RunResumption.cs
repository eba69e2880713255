using RsolvDeploy.Announcements;
using RsolvDeploy.Backups;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Deployments.Sharing;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments;

/// <summary>Continues an interrupted run: runs the pending steps of its plan with their recorded options.</summary>
internal sealed class RunResumption
{
    private readonly StepContext _context;
    private readonly RecordedRun _run;
    private readonly ProbeResult _probe;
    private readonly int _open;

    private RunResumption(StepContext context, RecordedRun run, ProbeResult probe, RunIdentity identity)
    {
        (_context, _run, _probe, _open, Identity) = (context, run, probe, run.FirstOpen, identity);
    }

    /// <summary>What the run acts on, and who started it.</summary>
    public RunIdentity Identity { get; }

    /// <summary>Determines the outcome of the interrupted step; changes nothing.</summary>
    /// <param name="context">The context of the run; its journal continues the plan.</param>
    /// <param name="run">The run.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="policy">What follows a failure, when the run is the whole checklist; null for nothing.</param>
    /// <exception cref="DeployException">
    /// <c>LedgerChanged</c>, <c>LedgerUnproven</c>, <c>LedgerStale</c>, <c>RunTargetChanged</c>, <c>RunInDoubt</c>,
    /// <c>ParameterNotRecorded</c>.
    /// </exception>
    public static async Task<RunResumption> PlanAsync(
        StepContext context, RecordedRun run, CancellationToken ct, FailurePolicy? policy = null)
    {
        // First who wrote the ledger: nothing that it names is asked before.
        LedgerProof.Verify(run.Text, TrustedSigners.ForUser(context.Target.Signers)).Require(run.Folder);
        var identity = new RunIdentity(run, context.Target, context.Cluster.Server);
        identity.RequireSame();
        InterruptedRun.RefuseTampered(run.ToRecord(await LedgerAnchor.FindProblemAsync(context.Cluster, context.Target, run, ct)));
        if (run.IsChecklist) await new SharedRunImport(context.Cluster, context.Target).RequireNewestAsync(run, ct);
        return new RunResumption(context, run, await StepProbe.RunAsync(context, run.Steps[run.FirstOpen], ct), identity)
        {
            Policy = run.IsChecklist ? policy : null,
        };
    }

    /// <summary>The steps that it continues with, for the confirmation.</summary>
    public string Summary => _probe.RolledBackTo is { } good
        ? $"the rollback to {good} ({_probe.Evidence})"
        : $"{string.Join(" | ", Pending.Select(step => step.Kind.ToString()).DefaultIfEmpty("nothing"))} ({Interrupted.Kind}: "
            + $"{_probe.Evidence})";

    /// <summary>The steps that it does not run, and why; null when it continues to the end.</summary>
    public string? SkippedSteps => _probe.RolledBackTo is null
        && _run.Steps.Skip(_open + 1).FirstOrDefault(step => step.Planned.BehindOtherCommand) is { } behind
        ? $"The run does not continue with the {behind.Kind} step, because a command of another module preceded it. "
            + "Pass the output of this command to that step."
        : null;

    private RunStep Interrupted => _run.Steps[_open];

    // A complete backup is not written again, and a deleted one is not deleted again; other steps run again to return their result.
    private bool IsPast => _probe.Done && Interrupted.Kind is StepKind.Backup or StepKind.BackupRemoval;

    private IEnumerable<RunStep> Pending =>
        _run.Steps.Skip(IsPast ? _open + 1 : _open).TakeWhile((step, index) => !step.Planned.BehindOtherCommand || (index == 0 && !IsPast));

    /// <summary>The policy of a run that is the whole checklist; null for another one.</summary>
    private FailurePolicy? Policy { get; init; }

    /// <summary>Continues the run.</summary>
    /// <param name="ended">Receives the outcome of each step, and whether it is the last one.</param>
    /// <param name="ct">Cancels.</param>
    public async Task RunAsync(Func<StepOutcome, bool, Task> ended, CancellationToken ct)
    {
        // All options are read before the first step runs, so that a run that cannot be completed is not continued.
        var pending = _probe.RolledBackTo is null
            ? Pending.Select(step => (Step: step, Invocation: StepCatalog.Create(step.Planned))).ToList()
            : [];
        _context.Journal.Ledger.Append(
            LedgerEvent.Resumed, new StepResumed(Interrupted.Kind, _probe.Done, _probe.Evidence));
        await ReleaseLockAsync(ct);
        if (_probe.RolledBackTo is { } good) await AnnounceAsync(await RollBackAsync(good, ended, ct), ended, ct);
        var previous = IsPast ? RecordPast() : Before();
        if (await ReactAsync(new StepOutcome(IsPast ? previous : Newest(), null), ended, ct)) return;
        var last = pending.FindLastIndex(one => one.Step.Kind is not (StepKind.Announcement or StepKind.Watch));
        foreach (var (step, invocation) in pending)
        {
            ct.ThrowIfCancellationRequested();
            var resumed = step == Interrupted && step.Facts is not null ? new ResumedStep(step, _probe) : null;
            using var context = _context.ForStep(invocation.Kind, IsOwnRun(step.Kind) ? null : previous, resumed);
            var outcome = await invocation.RunAsync(context, ct);
            await ended(outcome, last >= 0 && step == pending[last].Step);
            if (!IsAside(step.Kind)) previous = outcome.Result;
            if (await ReactAsync(outcome, ended, ct)) return;
        }
    }

    // No step that is left may need the lock that the killed process held.
    private async Task ReleaseLockAsync(CancellationToken ct)
    {
        try
        {
            await DeploymentLock.ReleaseAbandonedAsync(_context.Cluster, _context.Target, _context.RunId, ct);
        }
        catch (DeployException e)
        {
            _context.Reporter.Verbose($"The lock of the killed process was not released ({e.Message}); it expires.");
        }
    }

    // The process may have died between the failure and its rollback, so that the result before counts too.
    private async Task<bool> ReactAsync(StepOutcome outcome, Func<StepOutcome, bool, Task> ended, CancellationToken ct)
    {
        if (Policy is null || outcome.Result is Run or Rollback or SentAnnouncement) return false;
        var recorded = RecordedRun.From(_run.Folder).Steps;
        var isChanged = recorded.Any(step => step is { Kind: StepKind.Update, Result.Status: StepStatus.Succeeded });
        switch (await Policy.DecideAsync(_context, outcome, isChanged, ct))
        {
            case PolicyAction.RollBack:
                var rollback = await Policy.RollBackAsync(_context, outcome.Result, ct);
                await ended(rollback, true);
                await AnnounceAsync(rollback.Result, ended, ct);
                return true;
            case PolicyAction.Stop:
                if (outcome.Result is not RunSignOff) await AnnounceAsync(outcome.Result, ended, ct);
                return true;
            default:
                return false;
        }
    }

    private async Task AnnounceAsync(IStepResult result, Func<StepOutcome, bool, Task> ended, CancellationToken ct)
    {
        if (Policy is not null && await Policy.AnnounceAsync(_context, result, ct) is { } outcome) await ended(outcome, false);
    }

    // The update failed and was rolled back before the process died: the rollback is completed, and the following steps are skipped.
    private async Task<IStepResult> RollBackAsync(string image, Func<StepOutcome, bool, Task> ended, CancellationToken ct)
    {
        var options = new RollbackOptions { ToDigest = image, Reason = "the rollout failed before the run was interrupted" };
        using var context = _context.ForStep(StepKind.Rollback, Before(), resumed: null);
        var rollback = await StepInvocation.Create(new RollbackStep(), options).RunAsync(context, ct);
        await ended(rollback, true);
        using var update = _context.ForStep(StepKind.Update, Before(), resumed: null);
        update.Journal.Record(new UpdateStep().WithoutResult(update, StepStatus.Failed, _probe.Evidence));
        return rollback.Result;
    }

    private IStepResult RecordPast()
    {
        var facts = new ResumedStep(Interrupted, _probe).Facts(BackupJson.Default.BackupFacts);
        using var context = _context.ForStep(Interrupted.Kind, previous: null, resumed: null);
        IStepResult result = Interrupted.Kind == StepKind.Backup
            ? new StateBackup(context.Target, context.RunId, StepStatus.Succeeded, []) { Path = facts?.Folder }
            : new BackupRemoval(context.Target, context.RunId, StepStatus.Succeeded, []);
        context.Journal.Record(result);
        return result;
    }

    private bool IsAside(StepKind kind) => _run.IsChecklist && AsideSteps.Contains(kind);

    // The first pending step reads the result of the step before it.
    private IStepResult Before()
    {
        var index = _open - 1;
        while (index >= 0 && IsAside(_run.Steps[index].Kind)) index--;
        return ResultAt(index);
    }

    // The newest result decides what follows, also the one of a step that stands beside the release.
    private IStepResult Newest() => ResultAt(_open - 1);

    private IStepResult ResultAt(int index)
    {
        var before = index >= 0 && !_run.Steps[index].IsOver ? _run.Steps[index].Result : null;
        if (before?.ToResult(_context.Target, _context.RunId) is { } result) return result;
        var record = _run.ToRecord();
        return new Run(_context.Target, record.RunId)
        {
            State = RunState.Running,
            Operator = record.Operator,
            Reason = record.Reason,
            Folder = record.Folder,
        };
    }

    // A restore and a backup removal are runs of their own: their pipeline input is a backup, not a run.
    private static bool IsOwnRun(StepKind kind) => kind is StepKind.Restore or StepKind.BackupRemoval;
}
