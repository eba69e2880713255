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
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<string, Activity> _activities = [];

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

    /// <summary>Completes the activities that are still shown. Runs on the pipeline thread, after the queue has ended.</summary>
    public void CompleteAll()
    {
        lock (_activities)
        {
            foreach (var (name, activity) in _activities)
            {
                if (activity.Completed) continue;
                activity.Completed = true;
                write(Record(activity.Id, new ProgressUpdate(name, "Done", Completed: true)));
            }
        }
    }

    private static ProgressRecord Record(int id, ProgressUpdate update) =>
        new(id, update.Activity, update.Status.Length == 0 ? " " : update.Status)
        {
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
