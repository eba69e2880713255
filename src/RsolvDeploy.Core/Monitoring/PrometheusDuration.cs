using System.Globalization;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads and writes durations as Prometheus does: <c>1m30s</c>, <c>250ms</c>.</summary>
internal static class PrometheusDuration
{
    /// <summary>A hundred years: more than any scrape interval.</summary>
    private const double MostSeconds = 100 * 365 * 86_400d;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text;
        if (rest.IsEmpty) return false;
        double seconds = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return false;
            rest = rest[digits..];
            int letters = rest.IndexOfAnyInRange('0', '9');
            double? unit = UnitOf(letters < 0 ? rest : rest[..letters]);
            if (unit is null) return false;
            seconds += count * unit.Value;
            rest = letters < 0 ? default : rest[letters..];
        }

        if (seconds > MostSeconds) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Writes a duration: <c>1h30m</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero) return "0s";
        string[] parts =
        [
            Part((int)duration.TotalDays, "d"), Part(duration.Hours, "h"), Part(duration.Minutes, "m"), Part(duration.Seconds, "s"),
            Part(duration.Milliseconds, "ms"),
        ];
        return string.Concat(parts) is { Length: > 0 } text ? text : "1ms";

        static string Part(int count, string unit) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }

    private static double? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        "y" => 365 * 86_400d,
        _ => null,
    };
}
