using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>Makes the summary of a deployment.</summary>
internal static class ChecklistSummary
{
    /// <summary>The name of the phase that a policy adds.</summary>
    public const string RollbackName = "Rollback";

    /// <summary>The name of the phase that announces a failure.</summary>
    public const string AnnouncementName = "Announcement";

    /// <summary>Makes it.</summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="options">The options.</param>
    /// <param name="phases">The phases.</param>
    public static DeploymentSummary Create(StepContext context, ChecklistOptions options, IReadOnlyList<PhaseResult> phases)
    {
        var results = phases.Select(phase => phase.Result).OfType<IStepResult>().ToList();
        var rollout = results.OfType<Rollout>().LastOrDefault();
        var rollback = results.OfType<Rollback>().LastOrDefault() ?? rollout?.Rollback;
        var status = StatusOf(phases);
        var summary = new DeploymentSummary(context.Target, context.RunId, status, phases)
        {
            Outcome = rollback is { Status: StepStatus.Succeeded } ? DeploymentOutcome.RolledBack
                : rollout is null or { Status: StepStatus.Planned or StepStatus.Skipped } || IsUnwritten(rollout) ? null
                : status == StepStatus.Succeeded ? DeploymentOutcome.Succeeded
                : DeploymentOutcome.Failed,
            Image = rollout is { Status: StepStatus.Succeeded } ? rollout.Image : null,
            Rollback = rollback,
            Reason = context.Redactor.Apply(options.Reason),
            Baseline = results.Select(result => result.Baseline).LastOrDefault(baseline => baseline is not null),
        };
        return summary with { Next = NextOf(summary) };
    }

    // An update that was refused, such as by the lock of another run: what runs is not of this run, and nobody must roll it back.
    private static bool IsUnwritten(Rollout rollout) => rollout is { Status: StepStatus.Failed, Image: null };

    private static StepStatus StatusOf(IReadOnlyList<PhaseResult> phases)
    {
        if (phases.Any(phase => phase.Status is StepStatus.Failed or StepStatus.TimedOut && !IsDecided(phase, phases)))
            return StepStatus.Failed;
        if (phases.Any(phase => phase.Status == StepStatus.Planned)) return StepStatus.Planned;
        // A sign-off that waits for other persons does not hold up the deployment.
        if (phases.All(phase => phase.Status is not null)) return StepStatus.Succeeded;
        return phases.All(phase => phase.Status is null) ? StepStatus.Planned : StepStatus.Skipped;
    }

    // A person, or the configuration, decided to continue after it.
    private static bool IsDecided(PhaseResult phase, IReadOnlyList<PhaseResult> phases) =>
        phases.Any(other => other.Number == phase.Number + 1
            && other.Name is not (RollbackName or AnnouncementName)
            && other.Status is not null);

    private static string NextOf(DeploymentSummary summary)
    {
        var run = $"{summary.Target.Name} -RunId {summary.RunId}";
        var close = $"Complete-RsolvDeployment {run}";
        var last = summary.Phases.LastOrDefault(phase => phase.Result is not null && phase.Name != AnnouncementName);
        var open = summary.Phases.Select(phase => phase.Result).OfType<RunSignOff>().LastOrDefault();
        return summary switch
        {
            { Status: StepStatus.Planned } => "Run it without -WhatIf, and confirm it.",
            { Outcome: DeploymentOutcome.RolledBack } =>
                $"Find the cause in {summary.Rollback!.Evidence ?? "the checks"}, correct it and deploy again; close this run: {close}.",
            { Rollback.Status: StepStatus.Failed or StepStatus.TimedOut } =>
                $"The rollback failed, so act now: Undo-RsolvDeployment {run}, or -ToRevision with one of Get-RsolvDeployment.",
            { Outcome: DeploymentOutcome.Succeeded } when open is { Outcome: null } =>
                $"{RemediesOf(open)} Then close the run: {close}.",
            { Outcome: DeploymentOutcome.Succeeded } when summary.Phases.Any(IsQuietWatch) =>
                $"Export the report: Get-RsolvRun {summary.RunId} | Export-RsolvReport.",
            { Outcome: DeploymentOutcome.Succeeded } => $"Watch the first hour: Watch-RsolvDeployment {run} -For 1:00:00.",
            { Outcome: DeploymentOutcome.Failed } =>
                $"Correct what {last?.Name} reports and continue in this run (-RunId {summary.RunId}), or roll back: "
                    + $"Undo-RsolvDeployment {run}.",
            { Status: StepStatus.Skipped } =>
                "The deployment was stopped before it changed the release; start a new run when it may go on.",
            _ => $"Correct what {last?.Name} reports, then deploy again. The release was not changed.",
        };
    }

    private static bool IsQuietWatch(PhaseResult phase) => phase is { Name: "Watch", Status: StepStatus.Succeeded };

    private static string RemediesOf(RunSignOff open) => string.Join(
        " ",
        open.Checks.Where(check => check.Status is not (CheckStatus.Passed or CheckStatus.Warning)).Select(check => check.Remedy)
            .OfType<string>().Distinct().Select(remedy => remedy.TrimEnd('.') + "."));
}
