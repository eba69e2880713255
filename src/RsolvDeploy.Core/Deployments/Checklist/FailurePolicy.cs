using RsolvDeploy.Checks;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>What follows a step that failed: by the policy of the target, or by a decision where it is a person's.</summary>
/// <param name="journal">The journal of the run.</param>
/// <param name="decisions">Decides what is a person's.</param>
internal sealed class FailurePolicy(PipelineJournal journal, IDecisions decisions)
{
    /// <summary>Decides what follows an outcome.</summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="isReleaseChanged">Whether the run has changed the release, so that there is something to roll back.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<PolicyAction> DecideAsync(StepContext context, StepOutcome outcome, bool isReleaseChanged, CancellationToken ct)
    {
        var policy = context.Target.Policy;
        switch (outcome.Result)
        {
            case Readiness { Verdict: ReadinessVerdict.ReadyWithRisks } readiness:
                return await AskAsync(context, new Decision(
                    "risks", "The environment is ready with risks. Continue?", readiness.Recommendation,
                    [PolicyAction.Continue, PolicyAction.Stop], policy.OnRisks), ct);
            case Verification { Status: StepStatus.Failed } verification
                when isReleaseChanged && (verification.Verdict != Verdict.Failed || IsCertificateAlone(verification)):
                return await AskAsync(context, new Decision(
                    "inconclusive", "The verification has no verdict. What now?",
                    outcome.Error?.Message ?? verification.ToString(),
                    [PolicyAction.Continue, PolicyAction.Stop, PolicyAction.RollBack], policy.OnInconclusive), ct);
            // A watch that ended by an error has seen no trigger.
            case Watch { Status: StepStatus.Failed, Checks.Count: 0 } when isReleaseChanged:
                return await AskAsync(context, new Decision(
                    "inconclusive", "The watch ended before its time. What now?",
                    outcome.Error?.Message ?? "no trigger fired until then",
                    [PolicyAction.Continue, PolicyAction.Stop, PolicyAction.RollBack], policy.OnInconclusive), ct);
            case { Status: StepStatus.Succeeded }:
                return PolicyAction.Continue;
            // An update rolls back by itself; a preview or a declined confirmation changed nothing.
            case { Status: StepStatus.Failed or StepStatus.TimedOut } and not Rollout when isReleaseChanged:
                return policy.OnFailure;
            default:
                return PolicyAction.Stop;
        }
    }

    /// <summary>
    /// Rolls back to the last known good release. The plan, with the announcement of it, is in the ledger, so that it can be resumed.
    /// </summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="failed">The result to leave.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<StepOutcome> RollBackAsync(StepContext context, IStepResult failed, CancellationToken ct)
    {
        var step = StepInvocation.Create(
            new RollbackStep(),
            new RollbackOptions { Reason = $"policy: {ReasonOf(failed)}", OwnRelease = true });
        journal.Extend(context.Target, context.RunId, [step.ToPlan(), .. EndAnnouncement.Plan(context, failed)]);
        using var own = context.ForStep(StepKind.Rollback, failed, resumed: null);
        return await step.RunAsync(own, ct);
    }

    /// <summary>Announces how a deployment ended that did not succeed; null when none is due.</summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="result">The rollback, or the result that ended the deployment.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<StepOutcome?> AnnounceAsync(StepContext context, IStepResult result, CancellationToken ct)
    {
        if (EndAnnouncement.Create(context, result) is not { } step || await context.Confirmation.IsPreviewAsync(ct)) return null;
        if (result is not Rollback) journal.Extend(context.Target, context.RunId, step.ToPlan());
        using var own = context.ForStep(StepKind.Announcement, result, resumed: null);
        return await step.RunAsync(own, ct);
    }

    // No rollback renews a certificate.
    private static bool IsCertificateAlone(Verification verification) => verification.Checks
        .Where(check => check is { Severity: CheckSeverity.Required, Result: CheckResult.NotMet })
        .All(check => check.Id == CheckTable.HealthTls.Id);

    // Of a watch the trigger itself is the reason.
    private static string ReasonOf(IStepResult failed) =>
        failed is Watch or FiredTrigger && failed.Checks.FirstOrDefault(check => check.Status == CheckStatus.Failed) is { } fired
            ? $"{fired.Id}: {fired.Evidence}"
            : PipelineGate.BlockedBy(failed) ?? "a person decided";

    private async Task<PolicyAction> AskAsync(StepContext context, Decision decision, CancellationToken ct)
    {
        // A preview shows the phases after a decision too.
        if (await context.Confirmation.IsPreviewAsync(ct)) return PolicyAction.Continue;
        var action = await decisions.DecideAsync(decision with { Subject = context.Subject }, ct);
        if (journal.FindOpen(context.RunId) is { } ledger)
        {
            ledger.TryAppend(
                LedgerEvent.Decision,
                new DecisionMade(decision.Id, action) { Evidence = context.Redactor.Apply(decision.Evidence) });
        }

        return action;
    }
}
