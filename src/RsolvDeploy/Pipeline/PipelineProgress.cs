using System.Globalization;
using System.Management.Automation;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// Shows progress, at most five times a second for each activity, and completes every activity that was shown.
/// </summary>
/// <param name="queue">Carries the records to the pipeline thread.</param>
/// <param name="write">Writes a record.</param>
/// <param name="clock">The clock.</param>
internal sealed class PipelineProgress(PipelineQueue queue, Action<ProgressRecord> write, TimeProvider clock)
{
    private const int PhaseId = 0;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Activity> _activities = [];
    private (PhaseUpdate Update, long Since)? _phase;
    private readonly Dictionary<string, string> _logs = [];
    private Dictionary<string, PodState> _pods = [];
    private ITimer? _timer;
    private bool _isPhaseShown;

    public void Show(ProgressUpdate update)
    {
        lock (_activities)
        {
            if (!_activities.TryGetValue(update.Activity, out var activity))
            {
                activity = new Activity(_activities.Count + 1);
                _activities.Add(update.Activity, activity);
            }

            if (activity.Completed) return;
            if (!update.Completed && activity.Shown is { } shown && clock.GetElapsedTime(shown) < Interval) return;
            activity.Shown = clock.GetTimestamp();
            activity.Completed = update.Completed;
            var record = Record(activity.Id, update);
            queue.Post(() => write(record));
        }
    }

    /// <summary>Shows the phase of a deployment above its activities, with the time that it runs.</summary>
    public void Show(PhaseUpdate update)
    {
        lock (_activities)
        {
            _phase = update.IsEnd ? null : (update, clock.GetTimestamp());
            _timer ??= clock.CreateTimer(_ => Repeat(), null, Second, Second);
        }

        if (update.IsEnd) Show(new PodsUpdate("", []));
        Repeat();
    }

    /// <summary>Shows the pods of a rollout, each in a line of its own; those that are gone are removed.</summary>
    public void Show(PodsUpdate update)
    {
        foreach (var pod in update.Pods) Show(new ProgressUpdate(pod.Name, RowOf(pod) + LogOf(pod)));
        List<string> gone;
        lock (_activities)
        {
            var pods = update.Pods.ToDictionary(pod => pod.Name);
            gone = [.. _pods.Keys.Except(pods.Keys)];
            _pods = pods;
        }

        foreach (var name in gone) Show(new ProgressUpdate(name, "gone", Completed: true));
    }

    /// <summary>Shows the newest log line of a pod that fails, behind its state.</summary>
    public void Show(LogUpdate update)
    {
        PodState? pod;
        lock (_activities)
        {
            _logs[update.Pod] = update.Lines[^1];
            pod = _pods.GetValueOrDefault(update.Pod);
        }

        if (pod is not null) Show(new ProgressUpdate(pod.Name, RowOf(pod) + LogOf(pod)));
    }

    private string LogOf(PodState pod)
    {
        lock (_activities) return !pod.Ready && _logs.TryGetValue(pod.Name, out var line) ? $"  | {line}" : "";
    }

    private void Repeat()
    {
        lock (_activities)
        {
            if (_phase is not { } shown) return;
            var (update, since) = shown;
            var elapsed = clock.GetElapsedTime(since).ToString("h':'mm':'ss", CultureInfo.InvariantCulture);
            var estimate = update.Phase.Estimate is { } known ? $", estimated {known}" : "";
            var record = new ProgressRecord(
                PhaseId, "Deploying", $"step {update.Phase.Number} of {update.Count}: {update.Phase.Name}, {elapsed}{estimate}")
            {
                PercentComplete = Math.Clamp(100 * (update.Phase.Number - 1) / update.Count, 0, 100),
            };
            _isPhaseShown = true;
            queue.Post(() => write(record));
        }
    }

    private static string RowOf(PodState pod) =>
        $"{(pod.Revision is { } revision ? $"revision {revision}  " : "")}{pod.Phase}  {(pod.Ready ? "ready" : "not ready")}  "
            + $"{pod.Restarts} {(pod.Restarts == 1 ? "restart" : "restarts")}{(pod.Reason is { } reason ? $"  {reason}" : "")}";

    /// <summary>Completes the activities that are still shown. Runs on the pipeline thread, after the queue has ended.</summary>
    public void CompleteAll()
    {
        lock (_activities)
        {
            _timer?.Dispose();
            _phase = null;
            if (_isPhaseShown) write(new ProgressRecord(PhaseId, "Deploying", "Done") { RecordType = ProgressRecordType.Completed });
            foreach (var (name, activity) in _activities)
            {
                if (activity.Completed) continue;
                activity.Completed = true;
                write(Record(activity.Id, new ProgressUpdate(name, "Done", Completed: true)));
            }
        }
    }

    private ProgressRecord Record(int id, ProgressUpdate update) =>
        new(id, update.Activity, update.Status.Length == 0 ? " " : update.Status)
        {
            ParentActivityId = _isPhaseShown ? PhaseId : -1,
            PercentComplete = update.Percent is { } percent ? Math.Clamp(percent, 0, 100) : -1,
            RecordType = update.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };

    private sealed class Activity(int id)
    {
        public int Id { get; } = id;

        public long? Shown { get; set; }

        public bool Completed { get; set; }
    }
}
