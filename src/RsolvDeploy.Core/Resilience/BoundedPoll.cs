namespace RsolvDeploy.Resilience;

/// <summary>Reads something again until it is as wanted or the time is over. What was read last is always given back.</summary>
internal static class BoundedPoll
{
    /// <param name="read">Reads it.</param>
    /// <param name="isDone">Whether it is as wanted.</param>
    /// <param name="allowed">How long it may take in all, judged anew from each reading.</param>
    /// <param name="delay">How long until the next reading is worth it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<(T Last, bool Done)> UntilAsync<T>(
        Func<Task<T>> read, Func<T, bool> isDone, Func<T, TimeSpan> allowed, Func<T, TimeSpan> delay, TimeProvider time, CancellationToken ct)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            T seen = await read();
            if (isDone(seen)) return (seen, true);

            TimeSpan left = allowed(seen) - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return (seen, false);
            TimeSpan next = delay(seen);
            await Task.Delay(next < left ? next : left, time, ct);
        }
    }
}
