namespace RsolvDeploy.Updates;

/// <summary>Whether a deployment may start at a time.</summary>
/// <param name="settings">The windows, and their time zone.</param>
internal sealed class FreezeCalendar(FreezeSettings settings)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSearch = TimeSpan.FromDays(120);

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);

    /// <summary>The window that the time is in; null when a deployment may start.</summary>
    /// <param name="now">The time, UTC.</param>
    public FreezeWindow? Find(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, _zone).DateTime;
        return settings.Windows.FirstOrDefault(window => IsIn(window, local));
    }

    /// <summary>When the freeze ends, in the time zone of the windows; null when that is more than 120 days ahead.</summary>
    /// <param name="now">The time, UTC.</param>
    public DateTimeOffset? EndAfter(DateTimeOffset now)
    {
        // Windows begin and end at whole minutes, and may overlap.
        var from = now - TimeSpan.FromTicks(now.Ticks % Minute.Ticks);
        for (var at = from; at - now < LongestSearch; at += Minute)
            if (Find(at) is null) return TimeZoneInfo.ConvertTime(at, _zone);
        return null;
    }

    private static bool IsIn(FreezeWindow window, DateTime local)
    {
        var time = local.TimeOfDay;
        if (window.From < window.To) return IsOn(window, local.Date) && time >= window.From && time < window.To;
        // Over midnight: it belongs to the day on which it begins.
        return (IsOn(window, local.Date) && time >= window.From) || (IsOn(window, local.Date.AddDays(-1)) && time < window.To);
    }

    private static bool IsOn(FreezeWindow window, DateTime day) =>
        (window.Days.Count == 0 || window.Days.Contains(day.DayOfWeek))
            && (window.Start is not { } start || day >= start)
            && (window.End is not { } end || day <= end);
}
