using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Triggers;

/// <summary>Counts the log lines that match a trigger's pattern, and fires when there are too many. Several pods add at once.</summary>
/// <param name="trigger">The trigger.</param>
/// <param name="reporter">Gets a warning when a line takes too long to match.</param>
/// <param name="clock">The clock; null for the system's.</param>
internal sealed class LineCount(LogTrigger trigger, IReporter reporter, TimeProvider? clock = null)
{
    private readonly LogPattern _pattern = LogPattern.Create(trigger.Match);
    private readonly TimeProvider _time = clock ?? TimeProvider.System;
    private readonly Queue<long> _lines = new();
    private bool _hasFired;
    private int _undecided;

    /// <summary>Adds a line.</summary>
    /// <param name="pod">The pod that wrote it.</param>
    /// <param name="line">The line.</param>
    /// <param name="report">Receives the outcome when the trigger fires.</param>
    public async Task AddAsync(string pod, string line, Func<CheckOutcome, Task> report)
    {
        if (_pattern.Matches(line) is not { } matches)
        {
            WarnOnce(pod);
            return;
        }

        if (!matches || Add() is not { } count) return;
        var evidence =
            $"{trigger.Times} lines within {trigger.Within} match the pattern of failed connections; "
                + $"the last, of {pod}: {TextRedaction.Apply(line)}";
        await report(CheckOutcome.NotMet(evidence, TriggerWatcher.Remedy).Compared(0, count, "lines"));
    }

    // The number of lines when there are too many now; otherwise null.
    private int? Add()
    {
        lock (_lines)
        {
            _lines.Enqueue(_time.GetTimestamp());
            while (_time.GetElapsedTime(_lines.Peek()) > trigger.Within) _lines.Dequeue();
            // It fires again only after it was below the limit in between.
            if (_lines.Count < trigger.Times) _hasFired = false;
            if (_hasFired || _lines.Count < trigger.Times) return null;
            _hasFired = true;
            return _lines.Count;
        }
    }

    private void WarnOnce(string pod)
    {
        if (Interlocked.Exchange(ref _undecided, 1) == 0)
        {
            reporter.Warning(
                $"The pattern '{_pattern}' of {CheckTable.TriggerDatabase.Id} takes too long for a line of the log of {pod}; "
                    + "such lines are not counted. Simplify the pattern, so that it does not backtrack.");
        }
    }
}
