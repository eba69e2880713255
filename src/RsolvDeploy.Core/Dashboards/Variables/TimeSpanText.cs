using System.Buffers;
using System.Globalization;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>Time spans as Grafana writes them: <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>.</summary>
internal static class TimeSpanText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Seconds)[] Units =
    [
        ("y", 365 * 86_400d), ("M", 30 * 86_400d), ("w", 7 * 86_400d), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001),
    ];

    // Round steps: an interval between two of them is the nearer one.
    private static readonly double[] Steps =
    [
        0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600,
        43_200, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400d,
    ];

    /// <summary>Reads a number with one unit; null for anything else.</summary>
    public static TimeSpan? Parse(string text)
    {
        var rest = text.AsSpan().Trim().TrimStart('>');
        var digits = rest.IndexOfAnyExcept(Digits);
        if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return null;
        foreach (var (unit, seconds) in Units)
            if (rest[digits..].SequenceEqual(unit) && count * seconds < 1e10) return TimeSpan.FromSeconds(count * seconds);
        return null;
    }

    /// <summary>Writes a span by the largest unit that divides it.</summary>
    public static string Write(TimeSpan span)
    {
        var milliseconds = (long)span.TotalMilliseconds;
        foreach (var (unit, seconds) in Units)
        {
            var size = (long)(seconds * 1000);
            // Prometheus has no months.
            if (unit != "M" && milliseconds >= size && milliseconds % size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / size}{unit}");
        }

        return "1ms";
    }

    /// <summary>The interval for a number of points over a range, as a round span and at least as long as the least one.</summary>
    public static TimeSpan Interval(TimeSpan range, int points, TimeSpan least)
    {
        var exact = range.TotalSeconds / Math.Max(1, points);
        var round = Steps.MinBy(step => Math.Abs(step - exact));
        return round > least.TotalSeconds ? TimeSpan.FromSeconds(round) : least;
    }
}
