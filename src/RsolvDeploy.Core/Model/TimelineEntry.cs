namespace RsolvDeploy;

/// <summary>Something that happened during a step.</summary>
/// <param name="At">When it was seen, UTC.</param>
/// <param name="Event">What it was.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Event)
{
    /// <summary>In one line.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{At:HH:mm:ss} {Event}");
}
