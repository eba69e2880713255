namespace RsolvDeploy.Resilience;

/// <summary>Reads a value again until it is as wanted or the time is over. Returns the last value either way.</summary>
/// <param name="Read">Reads it.</param>
/// <param name="IsDone">Whether it is as wanted.</param>
internal sealed record BoundedPoll<T>(Func<Task<T>> Read, Func<T, bool> IsDone)
{
    /// <summary>How long it may take in all, decided anew by each value.</summary>
    public required Func<T, TimeSpan> Limit { get; init; }

    /// <summary>How long until the next read is worthwhile.</summary>
    public required Func<T, TimeSpan> Delay { get; init; }

    public async Task<(T Last, bool Done)> RunAsync(TimeProvider time, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var observed = await Read();
            if (IsDone(observed)) return (observed, true);

            var left = Limit(observed) - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return (observed, false);
            var next = Delay(observed);
            await Task.Delay(next < left ? next : left, time, ct);
        }
    }
}
