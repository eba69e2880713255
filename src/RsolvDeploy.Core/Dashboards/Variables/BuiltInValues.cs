using System.Globalization;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>The variables that every dashboard has.</summary>
internal static class BuiltInValues
{
    /// <summary>Those of the range: <c>$__from</c>, <c>$__to</c>, <c>$__range</c> with its forms.</summary>
    public static IEnumerable<VariableValue> Of(TimeRange range)
    {
        var seconds = (long)Math.Max(1, Math.Round(range.Length.TotalSeconds));
        return
        [
            One("__from", range.From.ToUnixTimeMilliseconds()),
            One("__to", range.To.ToUnixTimeMilliseconds()),
            VariableValue.One("__range", $"{Text(seconds)}s"),
            One("__range_s", seconds),
            One("__range_ms", seconds * 1000),
        ];
    }

    /// <summary>Those of the interval of a query: <c>$__interval</c> and <c>$__rate_interval</c> with their forms.</summary>
    /// <param name="interval">The interval between two points.</param>
    /// <param name="scrape">The scrape interval of the data source, or the least step of the query.</param>
    public static IEnumerable<VariableValue> Of(TimeSpan interval, TimeSpan scrape)
    {
        // As documented: at least four scrapes, so that a rate has enough of them.
        var rate = interval + scrape > 4 * scrape ? interval + scrape : 4 * scrape;
        return
        [
            VariableValue.One("__interval", TimeSpanText.Write(interval)),
            One("__interval_ms", (long)interval.TotalMilliseconds),
            VariableValue.One("__rate_interval", TimeSpanText.Write(rate)),
            One("__rate_interval_ms", (long)rate.TotalMilliseconds),
        ];
    }

    /// <summary>Those of the dashboard and of who looks at it.</summary>
    public static IEnumerable<VariableValue> Of(string dashboard, string zone) =>
    [
        VariableValue.One("__dashboard", dashboard),
        VariableValue.One("__timezone", zone.Length == 0 ? "browser" : zone),
        VariableValue.One("__org", "1"),
        VariableValue.One("__user", "rsolvdeploy"),
    ];

    private static VariableValue One(string name, long value) => VariableValue.One(name, Text(value));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
