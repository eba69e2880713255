namespace RsolvDeploy;

/// <summary>Something that happened during a step.</summary>
/// <param name="At">When it was seen, UTC.</param>
/// <param name="Event">What it was.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Event);
