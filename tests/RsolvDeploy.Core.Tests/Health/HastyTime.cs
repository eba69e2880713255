namespace RsolvDeploy.Core.Tests.Health;

/// <summary>A clock on which waiting takes no time: a delay ends at once and moves the clock by as much. Timeouts, which are longer, never come.</summary>
internal sealed class HastyTime(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(6);

    private readonly Lock _gate = new();
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan by)
    {
        lock (_gate) _now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Once();
        if (dueTime < TimeSpan.Zero || dueTime > LongestDelay) return timer;
        Advance(dueTime);
        ThreadPool.QueueUserWorkItem(_ => timer.Fire(callback, state));
        return timer;
    }

    private sealed class Once : ITimer
    {
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        public void Fire(TimerCallback callback, object? state)
        {
            if (!_disposed) callback(state);
        }
    }
}
