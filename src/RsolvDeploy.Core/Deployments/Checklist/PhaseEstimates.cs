using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>How long the phases are expected to take: by the last runs of the target, or by the checklist until there are some.</summary>
internal static class PhaseEstimates
{
    private const int MostRuns = 20;
    private const int MostRead = 200;
    private const int FewestRuns = 3;

    /// <summary>The durations of the succeeded steps of the last runs of a target, by kind.</summary>
    /// <param name="targetName">The target.</param>
    public static ILookup<StepKind, TimeSpan> Read(string targetName) => RunFolder.All()
        .Take(MostRead)
        // An estimate decides nothing, so that nobody's signature is needed.
        .Select(RecordedRun.Unverified)
        .Where(run => run.Text.Problem is null && run.ToRecord().TargetName == targetName)
        .Take(MostRuns)
        .SelectMany(run => run.Steps)
        .Where(step => step.Result is { Status: StepStatus.Succeeded, Duration: not null })
        .ToLookup(step => step.Kind, step => step.Result!.Duration!.Value);

    /// <summary>The estimate of a phase.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="history">The durations of the last runs.</param>
    public static PhaseEstimate For(ChecklistPhase phase, ILookup<StepKind, TimeSpan> history)
    {
        var known = history[phase.Kind].Order().ToList();
        return phase.Known is not null || known.Count < FewestRuns
            ? phase.Estimate
            : new PhaseEstimate(Percentile(known, 0.5), Percentile(known, 0.9), known.Count);
    }

    // The nearest rank.
    private static TimeSpan Percentile(List<TimeSpan> sorted, double part) =>
        sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Count) - 1, 0, sorted.Count - 1)];
}
