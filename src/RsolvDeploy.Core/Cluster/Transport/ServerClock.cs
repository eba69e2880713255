namespace RsolvDeploy.Cluster.Transport;

/// <summary>
/// The time of the API server, from the <c>Date</c> of its responses. The ages of objects are measured by it: a change of this machine's
/// clock does not move it. Thread safe.
/// </summary>
internal sealed class ServerClock(TimeProvider time)
{
    // A Date has no fractions: the response was made within this time after it.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private (DateTimeOffset At, long Timestamp)? _known;

    /// <summary>The server's time, to the second; this machine's before the first response.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock) return Estimate() ?? time.GetUtcNow();
        }
    }

    /// <summary>Learns from a response.</summary>
    /// <param name="date">Its <c>Date</c>; null when it has none.</param>
    public void Observe(DateTimeOffset? date)
    {
        // Years that no clock has would overflow whatever is computed from them.
        if (date is not { Year: > 1900 and < 9000 } from) return;
        lock (_lock)
        {
            var at = Estimate() is { } now && now >= from ? now < from + Resolution ? now : from + Resolution : from;
            _known = (at, time.GetTimestamp());
        }
    }

    private DateTimeOffset? Estimate() => _known is { } known ? known.At + time.GetElapsedTime(known.Timestamp) : null;
}
