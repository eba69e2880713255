using System.Threading.Channels;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Rollouts;

/// <summary>Follows the events of one rollout and decides when it has ended.</summary>
/// <param name="request">The rollout.</param>
/// <param name="timeline">Gets what happens.</param>
/// <param name="time">The clock that durations are measured by.</param>
/// <param name="serverTime">The API server's time, which the ages of its objects are measured by.</param>
internal sealed class RolloutFollower(
    RolloutWatchRequest request, RolloutTimeline timeline, TimeProvider time, Func<DateTimeOffset> serverTime)
{
    // How often an issue that may pass is evaluated again although no event arrives.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private RolloutState _state = new(request.Expectation);
    private StabilizationWindow? _window;
    private bool _isComplete;
    private int _synced;

    private TimeSpan Elapsed => time.GetElapsedTime(_started);

    private TimeSpan StableFor => request.Target.Rollout.StableFor;

    /// <summary>Follows the rollout until it is complete and has stayed so, has failed, or the time is over.</summary>
    /// <param name="changes">The events of all watches.</param>
    /// <param name="kinds">How many watches there are; before each has its first list, nothing is decided.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<RolloutWatcher.Result> RunAsync(ChannelReader<RolloutChange> changes, int kinds, CancellationToken ct)
    {
        while (true)
        {
            Apply(changes);
            var (now, elapsed) = (serverTime(), Elapsed);
            var verdict = _state.Evaluate(now);
            if (_synced == kinds)
            {
                timeline.Record(verdict, now);
                if (verdict.Phase == RolloutPhase.Failed) return Ended(verdict);
                if (_window?.FindTermination(_state) is { } termination)
                {
                    verdict = verdict with { Phase = RolloutPhase.Failed, Cause = termination };
                    timeline.Record(verdict, now);
                    return Ended(verdict);
                }

                Stabilize(verdict, elapsed);
                if (_isComplete && elapsed - _window!.Since >= StableFor) return Ended(verdict);
            }

            if (elapsed >= request.Timeout) return Ended(verdict with { Phase = RolloutPhase.Progressing });
            await WaitAsync(changes, Next(elapsed, verdict.Cause), ct);
        }
    }

    private void Apply(ChannelReader<RolloutChange> changes)
    {
        while (changes.TryRead(out var change))
        {
            if (change.Event.Type == WatchEventType.Synced) _synced++;
            _state = _state.Apply(change.Kind, change.Event);
        }
    }

    // A rollout that leaves Complete, as when a pod is moved away, gets a new window; until then the last one holds.
    private void Stabilize(RolloutVerdict verdict, TimeSpan elapsed)
    {
        var isComplete = verdict.Phase == RolloutPhase.Complete;
        if (isComplete && !_isComplete) _window = StabilizationWindow.Start(_state, elapsed);
        _isComplete = isComplete;
    }

    // The verdict can change without an event when the time is over, when the window ends, and when the grace period of an issue ends.
    private TimeSpan Next(TimeSpan elapsed, Diagnosis? cause)
    {
        var left = request.Timeout - elapsed;
        if (_isComplete && _window!.Since + StableFor - elapsed is var stable && stable < left) left = stable;
        if (cause is not null && Recheck < left) left = Recheck;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task WaitAsync(ChannelReader<RolloutChange> changes, TimeSpan longest, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            // A watch that failed completes the channel with its error, which this throws.
            if (!await changes.WaitToReadAsync(both.Token))
                throw new InvalidOperationException("The watch ended although nobody ended it.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // It is time to evaluate again.
        }
    }

    private RolloutWatcher.Result Ended(RolloutVerdict verdict) => new(verdict, timeline.Entries);
}
