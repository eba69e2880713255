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
    private readonly Queue<long> _seen = new();
    private bool _hasFired;
    private int _undecided;

    /// <summary>Adds a line.</summary>
    /// <param name="pod">The pod that wrote it.</param>
    /// <param name="line">The line.</param>
    /// <param name="fired">Gets the evidence when the trigger fires.</param>
    public async Task AddAsync(string pod, string line, Func<string, Task> fired)
    {
        if (_pattern.Matches(line) is not { } matches)
        {
            WarnOnce(pod);
            return;
        }

        if (!matches || !Add()) return;
        var shown = CredentialDetector.Recognize(line) is { } what ? $"(a line with {what} is left out)" : line;
        await fired($"{trigger.Times} lines within {trigger.Within} tell of failed connections; the last, of {pod}: {shown}");
    }

    private bool Add()
    {
        lock (_seen)
        {
            _seen.Enqueue(_time.GetTimestamp());
            while (_time.GetElapsedTime(_seen.Peek()) > trigger.Within) _seen.Dequeue();
            // It fires again only after it was below the limit in between.
            if (_seen.Count < trigger.Times) _hasFired = false;
            if (_hasFired || _seen.Count < trigger.Times) return false;
            return _hasFired = true;
        }
    }

    private void WarnOnce(string pod)
    {
        if (Interlocked.Exchange(ref _undecided, 1) == 0)
            reporter.Warning($"The pattern '{_pattern}' of trigger.database takes too long for a line of the log of {pod}; such lines are not counted. Simplify the pattern, so that it does not backtrack.");
    }
}
