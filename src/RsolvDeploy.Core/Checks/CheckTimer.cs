namespace RsolvDeploy.Checks;

/// <summary>When a check began, and how long it takes, by a monotonic clock.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Started">When it began, UTC.</param>
/// <param name="Timestamp">The same by the monotonic clock.</param>
internal readonly record struct CheckTimer(TimeProvider Clock, DateTimeOffset Started, long Timestamp)
{
    /// <summary>How long ago that is.</summary>
    public TimeSpan Elapsed => Clock.GetElapsedTime(Timestamp);

    /// <summary>Begins now.</summary>
    public static CheckTimer Start(TimeProvider clock) => new(clock, clock.GetUtcNow(), clock.GetTimestamp());
}
