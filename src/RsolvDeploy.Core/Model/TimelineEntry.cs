namespace RsolvDeploy;

/// <summary>An event during a step.</summary>
/// <param name="At">When it was observed, UTC.</param>
/// <param name="Event">The event.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Event)
{
    /// <summary>In one line.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{At:HH:mm:ss} {Event}");
}
