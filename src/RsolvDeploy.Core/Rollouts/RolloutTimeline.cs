using RsolvDeploy.Reporting;

namespace RsolvDeploy.Rollouts;

/// <summary>What happened during a rollout; each change is also reported as progress.</summary>
/// <param name="activity">The title of the progress.</param>
/// <param name="reporter">Gets the progress.</param>
internal sealed class RolloutTimeline(string activity, IReporter reporter)
{
    private readonly List<TimelineEntry> _entries = [];
    private string _live = "";
    private IReadOnlyList<PodState> _pods = [];

    /// <summary>What happened, oldest first.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _entries;

    /// <summary>Records a verdict and reports it, unless it repeats the last one.</summary>
    public void Record(RolloutVerdict verdict, DateTimeOffset now)
    {
        var text = State(verdict, verdict.Summary);
        if (_entries.Count == 0 || _entries[^1].Event != text)
        {
            _entries.Add(new TimelineEntry(now, text)
            {
                Desired = verdict.Desired,
                Ready = verdict.Ready,
                Old = verdict.Old,
                Restarts = verdict.Pods.Sum(pod => pod.Restarts),
            });
            reporter.Verbose(text);
            reporter.State(text);
        }

        // The rollout stands above its pods.
        var live = State(verdict, verdict.Live);
        if (live != _live)
        {
            _live = live;
            int? percent = verdict.Desired > 0 ? Math.Min(100, 100 * verdict.Ready / verdict.Desired) : null;
            reporter.Progress(new ProgressUpdate(activity, live, percent));
        }

        if (verdict.Pods.SequenceEqual(_pods)) return;
        _pods = verdict.Pods;
        reporter.Pods(new PodsUpdate(activity, _pods));
    }

    private static string State(RolloutVerdict verdict, string text) =>
        verdict.Phase == RolloutPhase.Complete ? $"complete: {text}" : verdict.RolledOut ? $"rolled out: {text}" : text;
}
