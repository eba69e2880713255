using Microsoft.Extensions.Time.Testing;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>A clock that moves by each delay that is waited for, so that polling takes no time. Timeouts, which are longer, never come.</summary>
internal sealed class AutoAdvancingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(6);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > LongestDelay) return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero) ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        return timer;
    }
}
