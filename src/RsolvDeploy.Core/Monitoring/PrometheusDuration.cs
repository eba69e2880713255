using System.Globalization;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads durations as Prometheus writes them: <c>1m30s</c>, <c>250ms</c>.</summary>
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
