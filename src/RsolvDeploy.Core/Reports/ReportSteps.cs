using RsolvDeploy.Checks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Reports;

/// <summary>A step of the report: of the ledger, or from the pipeline.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Result">Its result; null when it did not end.</param>
/// <param name="Open">What it is when it has no result: interrupted, pending or not started.</param>
/// <param name="Timing">When it ran.</param>
internal sealed record ReportStep(StepKind Kind, RecordedResult? Result, string Open, PhaseTiming Timing)
{
    /// <summary>The step as the report shows it.</summary>
    public ReportPhase ToPhase(PhaseEstimates estimates) =>
        new(Kind.ToString(), PhaseTitles.For(Kind.ToString()), Result?.Status.ToString() ?? Open)
        {
            Started = Timing.Started,
            Duration = Timing.Started is null || Result is null ? null : Timing.Duration.TotalSeconds,
            Estimate = estimates.For(Kind),
            Verdict = Result?.Verdict,
            Checks = [.. (Result?.Checks ?? []).Concat(Inner(Result)).Select(ToCheck)],
        };

    // The rollback of a failed update has checks of its own.
    private static IEnumerable<RecordedCheck> Inner(RecordedResult? result) =>
        result is { Kind: not StepKind.Rollback, Details.Rollback.Checks: { } checks } ? checks : [];

    private static ReportCheck ToCheck(RecordedCheck check)
    {
        var known = CheckTable.Find(check.Id);
        return new ReportCheck(
            check.Id, check.Title ?? known?.Title ?? check.Id, check.Status, check.Severity ?? known?.Severity ?? default, check.Evidence)
        {
            Phase = known?.Phase ?? "",
            Section = known?.Section ?? "",
            Expected = CheckValue.FromNode(check.Expected),
            Actual = CheckValue.FromNode(check.Actual),
            Unit = check.Unit,
            Remedy = check.Remedy,
            Duration = check.Duration?.TotalSeconds,
        };
    }
}

/// <summary>The steps of the report.</summary>
internal static class ReportSteps
{
    /// <summary>The steps of the ledger in order, and the results from the pipeline that it does not hold.</summary>
    public static IReadOnlyList<ReportStep> From(RecordedRun? run, IReadOnlyList<IStepResult> results)
    {
        var recorded = (run?.Steps ?? []).Select(step => new ReportStep(step.Kind, step.Result, OpenState(step), PhaseTiming.From(step)));
        var steps = recorded.ToList();
        foreach (var group in results.Select(ToResult).OfType<RecordedResult>().GroupBy(result => result.Kind))
        {
            // The ledger holds the first ones of each kind.
            foreach (var result in group.Skip(steps.Count(step => step.Kind == group.Key && step.Result is not null)))
                Add(steps, new ReportStep(result.Kind, result, "", PhaseTiming.From(result)));
        }

        return steps;
    }

    private static void Add(List<ReportStep> steps, ReportStep step)
    {
        var open = steps.FindIndex(one => one.Kind == step.Kind && one.Result is null);
        if (open >= 0) steps[open] = step;
        else if (steps.FindIndex(one => one.Timing.Started > step.Timing.Started) is >= 0 and var later) steps.Insert(later, step);
        else steps.Add(step);
    }

    private static string OpenState(RunStep step) =>
        step.Facts is not null ? "Interrupted" : step.IsOver ? "NotStarted" : "Pending";

    private static RecordedResult? ToResult(IStepResult result)
    {
        StepKind? kind = result switch
        {
            StagingValidation => StepKind.Staging,
            Readiness => StepKind.Preflight,
            StateBackup => StepKind.Backup,
            StateRestore => StepKind.Restore,
            PublishedImage => StepKind.Publish,
            Rollout => StepKind.Update,
            Migration => StepKind.Migration,
            Verification one => IsHealth(one) ? StepKind.Health : StepKind.Verification,
            SentTestData => StepKind.TestData,
            FiredTrigger => StepKind.Watch,
            Rollback => StepKind.Rollback,
            _ => null,
        };
        return kind is { } known ? RecordedResult.From(known, result) : null;
    }

    // Both steps have one type of result; their checks differ.
    private static bool IsHealth(Verification result) => result.Checks.Count > 0 && result.Checks.All(
        check => CheckTable.Find(check.Id) is { } known && (known.Step == StepKind.Health || known.AlsoBy == StepKind.Health));
}
