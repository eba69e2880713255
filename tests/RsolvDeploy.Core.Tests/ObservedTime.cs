using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace RsolvDeploy.Core.Tests;

/// <summary>
/// A clock that shows which timers are set on it, and whose time of day can be changed while its timers and timestamps go on.
/// </summary>
internal sealed class ObservedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public ObservedTime()
    {
    }

    public ObservedTime(DateTimeOffset start)
        : base(start)
    {
    }

    /// <summary>How far the time of day was set forward or, negative, back.</summary>
    public TimeSpan Jump { get; set; }

    /// <summary>Whether a delay of at most half a minute is over as soon as it begins.</summary>
    public bool SkipsDelays { get; init; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Waits for a timer, and lets its time pass.</summary>
    /// <param name="isMeant">Which timer.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="by">How much time passes; by default all of the timer's.</param>
    public async Task PassAsync(Predicate<TimeSpan> isMeant, CancellationToken ct, TimeSpan? by = null)
    {
        // A timer that never comes fails the test instead of keeping it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        await foreach (var due in _timers.Reader.ReadAllAsync(limit.Token))
        {
            if (!isMeant(due)) continue;
            Advance(by ?? due);
            return;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (!SkipsDelays) _timers.Writer.TryWrite(dueTime);
        else if (dueTime > TimeSpan.Zero && dueTime <= TimeSpan.FromSeconds(30)) _ = Task.Run(() => Advance(dueTime));
        return timer;
    }
}
