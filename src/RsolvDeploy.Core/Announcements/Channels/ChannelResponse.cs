namespace RsolvDeploy.Announcements.Channels;

/// <summary>What a channel answered.</summary>
/// <param name="Problem">Why it did not take the announcement; empty when it did.</param>
/// <param name="MayRecover">Whether another attempt may succeed.</param>
internal sealed record ChannelResponse(string Problem, bool MayRecover)
{
    /// <summary>It took the announcement.</summary>
    public static ChannelResponse Accepted { get; } = new("", false);

    /// <summary>How long it asks to wait; null when it does not ask.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
