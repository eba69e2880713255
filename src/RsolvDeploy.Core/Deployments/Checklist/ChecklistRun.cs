using RsolvDeploy.Deployments.Sharing;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>Runs the whole checklist: its phases in order, with gates, freeze windows, decisions, and the policy of failures.</summary>
/// <param name="context">The context of the run.</param>
/// <param name="journal">The journal of the run.</param>
/// <param name="options">The options.</param>
/// <param name="decisions">Decides what is a person's.</param>
internal sealed class ChecklistRun(StepContext context, PipelineJournal journal, ChecklistOptions options, IDecisions decisions)
    : IAsyncDisposable
{
    private readonly FreezeGate _freeze = new(context, options.FreezeOverride);
    private readonly FailurePolicy _policy = new(journal, decisions);
    private readonly List<PhaseResult> _phases = [];
    private readonly RecordSharing _sharing = new(context);

    /// <summary>Runs it.</summary>
    /// <param name="failed">Receives each error, with the result that it belongs to.</param>
    /// <param name="ct">The operator's cancellation.</param>
    /// <exception cref="DeployException"><c>DeploymentFrozen</c>: it may not start now.</exception>
    public async Task<DeploymentSummary> RunAsync(Func<DeployException, object?, Task> failed, CancellationToken ct)
    {
        var (started, from) = (context.Clock.GetUtcNow(), context.Clock.GetTimestamp());
        await _freeze.RequireAsync(ct);
        var phases = ChecklistPhases.For(context.Target, options);
        var history = PhaseEstimates.Read(context.Target.Name);
        var planned = phases.Select((phase, index) => new PlannedPhase(
            phase, phase.Create(context.Target, options), index + 1, PhaseEstimates.For(phase, history))).ToList();
        foreach (var phase in planned) journal.Plan(phase.Step);
        string? stop;
        try
        {
            stop = await ConfirmAsync(planned, ct) ? await RunPhasesAsync(planned, failed, ct) : StepContext.NotConfirmed;
        }
        finally
        {
            journal.Complete(ct.IsCancellationRequested);
        }

        foreach (var left in planned.Skip(_phases.Count(phase => phase.Number <= planned.Count)))
            _phases.Insert(left.Number - 1, left.NotStarted(stop ?? ""));
        return ChecklistSummary.Create(context, options, _phases) with
        {
            Started = started,
            Duration = context.Clock.GetElapsedTime(from),
        };
    }

    /// <summary>Shows other machines how the run ended.</summary>
    public ValueTask DisposeAsync() => _sharing.DisposeAsync();

    // A preview asks nothing: every phase shows what it would do.
    private async Task<bool> ConfirmAsync(List<PlannedPhase> planned, CancellationToken ct)
    {
        if (await context.Confirmation.IsPreviewAsync(ct)) return true;
        var names = string.Join(", ", planned.Select(phase => phase.Phase.Name));
        if (!await context.ConfirmAsync(context.Subject, $"Deploy ({names}), because {options.Reason}", ct)) return false;
        var ledger = journal.Open(context.Target, context.RunId, context.Redactor.Apply(options.Reason));
        _freeze.Record(ledger);
        journal.WritePlan(context.Target, context.RunId);
        await _sharing.ShareAsync(ct);
        return true;
    }

    /// <returns>Why the phases that are left are not started; null when none is left.</returns>
    private async Task<string?> RunPhasesAsync(
        List<PlannedPhase> planned, Func<DeployException, object?, Task> failed, CancellationToken ct)
    {
        IStepResult? previous = null;
        var isChanged = false;
        foreach (var phase in planned)
        {
            ct.ThrowIfCancellationRequested();
            // The window may have begun since the run started.
            if (phase.Phase.Kind == StepKind.Update && _freeze.Refusal() is { } frozen && !await context.Confirmation.IsPreviewAsync(ct))
            {
                await failed(frozen, null);
                await AnnounceAsync(new UpdateStep().WithoutResult(context, StepStatus.Skipped, frozen.Message), planned.Count, ct);
                return frozen.Message;
            }

            var outcome = await RunAsync(phase, previous, planned.Count, ct);
            await ReportAsync(outcome, failed);
            isChanged |= outcome.Result is Rollout { Status: StepStatus.Succeeded };
            var action = outcome.Result.Status == StepStatus.Planned && await context.Confirmation.IsPreviewAsync(ct)
                ? PolicyAction.Continue
                : await _policy.DecideAsync(context, outcome, isChanged, ct);
            if (action == PolicyAction.RollBack)
            {
                await AnnounceAsync(await RollBackAsync(phase, outcome.Result, planned.Count, failed, ct), planned.Count, ct);
                return $"{phase.Phase.Name} did not succeed, and the release was rolled back";
            }

            if (action == PolicyAction.Stop)
            {
                // A sign-off that waits for other persons is no failure.
                if (outcome.Result is not RunSignOff { Status: StepStatus.Skipped }) await AnnounceAsync(outcome.Result, planned.Count, ct);
                return StopReason(phase, outcome.Result);
            }

            // After a decision to continue, the next step follows the last one that succeeded.
            if (outcome.Result.Status is StepStatus.Succeeded or StepStatus.Planned && !AsideSteps.Contains(phase.Phase.Kind))
                previous = outcome.Result;
        }

        return null;
    }

    private async Task<StepOutcome> RunAsync(PlannedPhase phase, IStepResult? previous, int count, CancellationToken ct)
    {
        var (started, from) = (context.Clock.GetUtcNow(), context.Clock.GetTimestamp());
        var running = phase.NotStarted("") with { Started = started };
        context.Reporter.Phase(new PhaseUpdate(running, count, IsEnd: false));
        using var own = context.ForStep(
            phase.Step.Kind, previous, new PhaseConfirmation(context.Confirmation, phase.Phase.IsConfirmed));
        var outcome = await phase.Step.RunAsync(own, ct);
        Add(running with { Duration = context.Clock.GetElapsedTime(from) }, outcome, count);
        await _sharing.ShareAsync(ct);
        return outcome;
    }

    private async Task<IStepResult> RollBackAsync(
        PlannedPhase phase, IStepResult failure, int count, Func<DeployException, object?, Task> failed, CancellationToken ct)
    {
        var (started, from) = (context.Clock.GetUtcNow(), context.Clock.GetTimestamp());
        var running = new PhaseResult(count + 1, ChecklistSummary.RollbackName, null) { Started = started };
        context.Reporter.Warning($"{phase.Phase.Name} did not succeed: the policy of {context.Target.Name} rolls the release back.");
        context.Reporter.Phase(new PhaseUpdate(running, count + 1, IsEnd: false));
        var outcome = await _policy.RollBackAsync(context, failure, ct);
        Add(running with { Duration = context.Clock.GetElapsedTime(from) }, outcome, count + 1);
        await ReportAsync(outcome, failed);
        return outcome.Result;
    }

    private async Task AnnounceAsync(IStepResult result, int count, CancellationToken ct)
    {
        var (started, from) = (context.Clock.GetUtcNow(), context.Clock.GetTimestamp());
        if (await _policy.AnnounceAsync(context, result, ct) is not { } outcome) return;
        var number = Math.Max(count, _phases.Max(phase => phase.Number)) + 1;
        var phase = new PhaseResult(number, ChecklistSummary.AnnouncementName, null) { Started = started };
        Add(phase with { Duration = context.Clock.GetElapsedTime(from) }, outcome, number);
    }

    private void Add(PhaseResult running, StepOutcome outcome, int count)
    {
        var ended = running with
        {
            Status = outcome.Result.Status,
            Evidence = outcome.Error?.Message ?? $"{outcome.Result}",
            Checks = outcome.Result.Checks,
            Result = outcome.Result,
        };
        _phases.Add(ended);
        context.Reporter.Phase(new PhaseUpdate(ended, count, IsEnd: true));
    }

    // What other persons have to decide is no error of the deployment.
    private async Task ReportAsync(StepOutcome outcome, Func<DeployException, object?, Task> failed)
    {
        if (outcome.Error is not { } error) return;
        if (error.Id == "ChecksOpen") context.Reporter.Warning(error.Message);
        else await failed(error, outcome.Result);
    }

    private static string StopReason(PlannedPhase phase, IStepResult result) => result.Status switch
    {
        StepStatus.Planned => $"{phase.Phase.Name} was declined",
        StepStatus.Succeeded => $"{phase.Phase.Name}: the decision was to stop",
        StepStatus.Skipped => $"{phase.Phase.Name} was skipped",
        _ => $"{phase.Phase.Name} did not succeed",
    };
}
