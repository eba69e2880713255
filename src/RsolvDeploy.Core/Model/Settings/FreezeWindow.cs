namespace RsolvDeploy;

/// <summary>A window in which no deployment starts, in the time zone of the settings.</summary>
/// <param name="Name">Its name.</param>
public sealed record FreezeWindow(string Name)
{
    /// <summary>The days of the week; empty for every day. A window over midnight belongs to the day on which it begins.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init => field = value.ToArray(); } = [];

    /// <summary>The time of day when it begins.</summary>
    public TimeSpan From { get; init; } = TimeSpan.Zero;

    /// <summary>The time of day when it ends, itself free; earlier than <see cref="From"/> for a window over midnight.</summary>
    public TimeSpan To { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Its first date; null for no limit.</summary>
    public DateTime? Start { get; init; }

    /// <summary>Its last date; null for no limit.</summary>
    public DateTime? End { get; init; }
}
