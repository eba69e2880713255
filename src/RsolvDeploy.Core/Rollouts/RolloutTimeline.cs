using RsolvDeploy.Reporting;

namespace RsolvDeploy.Rollouts;

/// <summary>What happened during a rollout; each change is also reported as progress.</summary>
/// <param name="activity">The title of the progress.</param>
/// <param name="reporter">Gets the progress.</param>
internal sealed class RolloutTimeline(string activity, IReporter reporter)
{
    private readonly List<TimelineEntry> _entries = [];

    /// <summary>What happened, oldest first.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _entries;

    /// <summary>Records a verdict, unless it repeats the last one.</summary>
    public void Record(RolloutVerdict verdict, DateTimeOffset now)
    {
        var text = verdict.Phase == RolloutPhase.Complete ? $"complete: {verdict.Summary}"
            : verdict.RolledOut ? $"rolled out: {verdict.Summary}"
            : verdict.Summary;
        if (_entries.Count > 0 && _entries[^1].Event == text) return;
        _entries.Add(new TimelineEntry(now, text));
        reporter.Verbose(text);
        int? percent = verdict.Desired > 0 ? Math.Min(100, 100 * verdict.Ready / verdict.Desired) : null;
        reporter.Progress(new ProgressUpdate(activity, text, percent));
    }
}
