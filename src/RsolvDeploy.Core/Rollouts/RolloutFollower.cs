using System.Threading.Channels;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Rollouts;

/// <summary>Follows the events of one rollout and decides when it has ended.</summary>
/// <param name="request">The rollout.</param>
/// <param name="timeline">Gets what happens.</param>
/// <param name="time">The clock that durations are measured by.</param>
internal sealed class RolloutFollower(RolloutWatchRequest request, RolloutTimeline timeline, TimeProvider time)
{
    // How often an issue is evaluated again although no event arrives.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private RolloutState _state = new(request.Expectation);
    private StabilizationWindow? _window;
    private (string Image, Task<bool?> Serves)? _inquiry;
    private Diagnosis? _recurring;
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
            ReadInquiry();
            var at = Elapsed;
            var verdict = _state.Evaluate(at);
            _state = _state.After(verdict);
            if (_synced == kinds)
            {
                timeline.Record(verdict, time.GetUtcNow());
                if (verdict.Cause is { } cause && RolloutCauses.Find(cause.Cause) is { Recurs: true }) _recurring = cause;
                Inquire(verdict, ct);
                if (verdict.Phase == RolloutPhase.Failed) return Ended(verdict);
                Stabilize(verdict, at);
                // Old pods that take their grace period take nothing back: the new ones serve.
                if (IsStable(at) && (verdict.Phase == RolloutPhase.Complete || at >= request.Timeout))
                    return Ended(verdict with { Phase = RolloutPhase.Complete });
            }

            // What was rolled out in time may use the rest of its window. Between two crashes nothing shows the cause.
            if (at >= request.Timeout && _window is null || at >= request.Timeout + StableFor)
                return Ended(verdict with { Phase = RolloutPhase.Progressing, Cause = verdict.Cause ?? _recurring });
            await WaitAsync(changes, Next(verdict, at), ct);
        }
    }

    // Once, at the first report of a node; the answer is read with the next evaluation, a second later at most.
    private void Inquire(RolloutVerdict verdict, CancellationToken ct)
    {
        if (_inquiry is not null || request.Serves is not { } serves || verdict.Cause?.Cause != RolloutCauses.ImageNotFound.Id) return;
        var image = request.Expectation.Images.FirstOrDefault(one => one.Container == verdict.Cause.Container).Image;
        if (image is not null) _inquiry = (image, serves(image, ct));
    }

    private void ReadInquiry()
    {
        if (_inquiry is { Serves: { IsCompletedSuccessfully: true, Result: false } } inquiry)
            _state = _state with { Lacking = _state.Lacking.Add(inquiry.Image) };
    }

    private bool IsStable(TimeSpan at) => _window is { } window && at - window.Since >= StableFor;

    private void Apply(ChannelReader<RolloutChange> changes)
    {
        while (changes.TryRead(out var change))
        {
            if (change.Event.Type == WatchEventType.Synced) _synced++;
            _state = _state.Apply(change.Kind, change.Event);
        }
    }

    // A rollout that is no longer rolled out, as when a pod is moved away, gets a new window when it is again.
    private void Stabilize(RolloutVerdict verdict, TimeSpan at) => _window = !verdict.RolledOut ? null
        : _window?.Continue(_state, at) ?? StabilizationWindow.Start(_state, at);

    // The verdict can change without an event when the time is over, when the window ends, and when the patience of a cause ends.
    private TimeSpan Next(RolloutVerdict verdict, TimeSpan at)
    {
        var left = (at < request.Timeout ? request.Timeout : request.Timeout + StableFor) - at;
        if (_window is { } window && !IsStable(at) && window.Since + StableFor - at is var stable && stable < left) left = stable;
        if ((verdict.Cause is not null || verdict.OldPods.Terminating > 0) && Recheck < left) left = Recheck;
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
