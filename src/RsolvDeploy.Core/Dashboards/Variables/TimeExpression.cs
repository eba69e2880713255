using System.Globalization;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>Points of time as dashboards write them: <c>now-1h</c>, <c>now/d</c>, milliseconds since 1970, or ISO 8601.</summary>
internal static class TimeExpression
{
    /// <summary>Reads an expression; null when it is none.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="now">The time now.</param>
    /// <param name="zone">The zone whose days and weeks count.</param>
    /// <param name="isEnd">Whether it is rounded to the end of a unit, as the end of a range is.</param>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now, TimeZoneInfo zone, bool isEnd)
    {
        text = text.Trim();
        if (text.StartsWith("now", StringComparison.Ordinal)) return Relative(text[3..], TimeZoneInfo.ConvertTime(now, zone), isEnd);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds))
            return milliseconds is > 0 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>The zone of a dashboard; the local one for <c>browser</c> and for a name that is not known here.</summary>
    public static TimeZoneInfo Zone(string name, TimeProvider time) => name switch
    {
        "utc" or "UTC" => TimeZoneInfo.Utc,
        "" or "browser" or "default" => time.LocalTimeZone,
        _ => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : time.LocalTimeZone,
    };

    private static DateTimeOffset? Relative(string steps, DateTimeOffset time, bool isEnd)
    {
        var at = 0;
        while (at < steps.Length)
        {
            var sign = steps[at++];
            var from = at;
            while (at < steps.Length && char.IsAsciiDigit(steps[at])) at++;
            var count = at == from ? 1
                : int.TryParse(steps.AsSpan(from, at - from), CultureInfo.InvariantCulture, out var number) ? number : -1;
            if (at < steps.Length && steps[at] == 'f') at++; // a fiscal quarter or year
            if (at >= steps.Length || count is < 0 or > 1_000_000) return null;
            var unit = steps[at++];
            var next = sign switch
            {
                '-' => Add(time, -count, unit),
                '+' => Add(time, count, unit),
                '/' when at - 1 == from || steps[from] == 'f' => Round(time, unit, isEnd),
                _ => null,
            };
            if (next is null) return null;
            time = next.Value;
        }

        return time;
    }

    private static DateTimeOffset? Add(DateTimeOffset time, int count, char unit)
    {
        try
        {
            return unit switch
            {
                's' => time.AddSeconds(count),
                'm' => time.AddMinutes(count),
                'h' => time.AddHours(count),
                'd' => time.AddDays(count),
                'w' => time.AddDays(7d * count),
                'M' => time.AddMonths(count),
                'Q' => time.AddMonths(3 * count),
                'y' => time.AddYears(count),
                _ => null,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Round(DateTimeOffset time, char unit, bool isEnd)
    {
        var day = new DateTimeOffset(time.Year, time.Month, time.Day, 0, 0, 0, time.Offset);
        DateTimeOffset? start = unit switch
        {
            's' => day.AddSeconds(Math.Floor((time - day).TotalSeconds)),
            'm' => day.AddMinutes(Math.Floor((time - day).TotalMinutes)),
            'h' => day.AddHours(Math.Floor((time - day).TotalHours)),
            'd' => day,
            'w' => day.AddDays(-(int)day.DayOfWeek),
            'M' => day.AddDays(1 - day.Day),
            'Q' => day.AddDays(1 - day.Day).AddMonths(-((day.Month - 1) % 3)),
            'y' => day.AddDays(1 - day.DayOfYear),
            _ => null,
        };
        return start is { } begin && isEnd ? Add(begin, 1, unit)?.AddMilliseconds(-1) : start;
    }
}
