using Microsoft.Extensions.Time.Testing;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>
/// A fake clock on which a delay completes at once and advances the clock by as much. Longer timers are timeouts; they fire only
/// when the clock passes them.
/// </summary>
internal sealed class ImmediateTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>The longest delay that completes at once.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(6);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime >= TimeSpan.Zero && dueTime <= LongestDelay) Advance(dueTime);
        return timer;
    }
}
