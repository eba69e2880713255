namespace RsolvDeploy;

/// <summary>An event during a step.</summary>
/// <param name="At">When it was observed, UTC.</param>
/// <param name="Event">The event.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Event)
{
    /// <summary>How many pods are wanted; null when the event counts no pods.</summary>
    public int? Desired { get; init; }

    /// <summary>How many pods of the new revision are ready; null when the event counts no pods.</summary>
    public int? Ready { get; init; }

    /// <summary>How many old pods are still there; null when the event counts no pods.</summary>
    public int? Old { get; init; }

    /// <summary>How often the containers of the new pods restarted so far; null when the event counts no pods.</summary>
    public int? Restarts { get; init; }

    /// <summary>In one line.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{At:HH:mm:ss} {Event}");
}
