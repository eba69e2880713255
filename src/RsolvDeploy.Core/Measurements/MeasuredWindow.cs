namespace RsolvDeploy.Measurements;

/// <summary>The times at which an expression is evaluated.</summary>
/// <param name="Start">The first time.</param>
/// <param name="Step">The time between two.</param>
/// <param name="Count">How many there are.</param>
internal sealed record MeasuredWindow(DateTimeOffset Start, TimeSpan Step, int Count)
{
    /// <summary>The most evaluations of an expression; a longer window gets a longer step.</summary>
    public const int MostSteps = 44_000;

    /// <summary>The last time.</summary>
    public DateTimeOffset End => Start + ((Count - 1) * Step);

    /// <summary>A window that ends now, in steps of an interval or of a multiple of it.</summary>
    /// <param name="end">The end.</param>
    /// <param name="length">Its length.</param>
    /// <param name="interval">The interval.</param>
    /// <param name="most">The most steps.</param>
    public static MeasuredWindow Create(DateTimeOffset end, TimeSpan length, TimeSpan interval, int most = MostSteps)
    {
        var shortest = interval > TimeSpan.Zero ? interval : TimeSpan.FromSeconds(15);
        var step = shortest * Math.Max(1, (long)Math.Ceiling(length / shortest / most));
        var count = Math.Max(2, (int)(length / step));
        // Aligned, so that two measurements evaluate at the same times.
        var last = DateTimeOffset.UnixEpoch.AddTicks((end - DateTimeOffset.UnixEpoch).Ticks / step.Ticks * step.Ticks);
        return new MeasuredWindow(last - ((count - 1) * step), step, count);
    }
}
