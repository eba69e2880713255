using RsolvDeploy.Runs;

namespace RsolvDeploy.Reports;

/// <summary>
/// How long the steps of a run are expected to take: the checklist's estimates, and the last runs of the target once there are enough.
/// </summary>
/// <param name="earlier">The earlier runs of the target.</param>
internal sealed class PhaseEstimates(IReadOnlyList<RecordedRun> earlier)
{
    // Fewer runs show chance, and older ones another release.
    private const int FewestRuns = 3;
    private const int MostRuns = 20;
    private const int MostFolders = 100;

    /// <summary>Reads the runs of the same target that are older than a run, in the same folder.</summary>
    /// <param name="target">The name of the target.</param>
    /// <param name="run">The run; null when it is not recorded on this machine.</param>
    public static PhaseEstimates Before(string target, RecordedRun? run) => new(run is null
        ? []
        :
        [
            .. RunFolder.All(run.Folder.Root)
                .Where(folder => string.CompareOrdinal(folder.Id, run.Folder.Id) < 0)
                .Take(MostFolders)
                .Select(RecordedRun.Unverified)
                .Where(one => one.Text.Problem is null && one.Opened?.Target == target)
                .Take(MostRuns),
        ]);

    /// <summary>The estimate of a kind of step; null when there is none.</summary>
    public ReportEstimate? For(StepKind kind)
    {
        var seconds = earlier
            .SelectMany(run => run.Steps)
            .Where(step => step.Kind == kind && step.Result?.Status == StepStatus.Succeeded)
            .Select(PhaseTiming.From)
            .Where(timing => timing.Started is not null)
            .Select(timing => timing.Duration.TotalSeconds)
            .Order()
            .ToList();
        return seconds.Count >= FewestRuns
            ? new ReportEstimate(Rank(seconds, 0.5), Rank(seconds, 0.9), seconds.Count)
            : FromChecklist(kind.ToString());
    }

    // Minutes of the checklist: a push follows its build in one step, and the stabilization its update.
    private static ReportEstimate? FromChecklist(string kind) => kind switch
    {
        "Preflight" => Minutes(15, 15),
        "Publish" => Minutes(7, 15),
        "Update" or "RolloutWatch" => Minutes(7, 15),
        "Verification" => Minutes(10, 15),
        "Smoke" => Minutes(10, 15),
        _ => null,
    };

    private static ReportEstimate Minutes(int usual, int most) => new(60 * usual, 60 * most, 0);

    private static double Rank(List<double> sorted, double quantile) =>
        sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Count) - 1, 0, sorted.Count - 1)];
}
