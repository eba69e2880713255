using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Configuration.Values;

/// <summary>Durations as they are written: <c>500ms</c>, <c>10s</c>, <c>1h30m</c>; the largest unit first, each once.</summary>
internal static partial class Duration
{
    public const string Pattern = "^(?=[0-9])([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?([0-9]{1,9}ms)?$";

    public static TimeSpan? Parse(string text)
    {
        var match = Shape().Match(text);
        // In .NET `$` also matches before a last line feed.
        if (!match.Success || text.EndsWith('\n')) return null;
        return new TimeSpan(Part(1), Part(2), Part(3), Part(4), Part(5));

        int Part(int group) => match.Groups[group] is { Success: true } found
            ? int.Parse(found.Value.AsSpan().TrimEnd("dhms"), CultureInfo.InvariantCulture)
            : 0;
    }

    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        return string.Concat(
            Part(duration.Days, "d"),
            Part(duration.Hours, "h"),
            Part(duration.Minutes, "m"),
            Part(duration.Seconds, "s"),
            Part(duration.Milliseconds, "ms"));

        static string Part(int count, string unit) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }

    [GeneratedRegex(Pattern, RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Shape();
}
