namespace RsolvDeploy.Resilience;

/// <summary>Reads a value again until it is as wanted or the time is over. Returns the last value either way.</summary>
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
            T observed = await read();
            if (isDone(observed)) return (observed, true);

            TimeSpan left = allowed(observed) - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return (observed, false);
            TimeSpan next = delay(observed);
            await Task.Delay(next < left ? next : left, time, ct);
        }
    }
}
