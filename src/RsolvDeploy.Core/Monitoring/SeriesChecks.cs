using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using RsolvDeploy.Checks;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Monitoring;

/// <summary>
/// <c>prometheus.metrics</c> and <c>prometheus.environment-label</c>: the series are in Prometheus, with the label of their environment.
/// </summary>
internal static class SeriesChecks
{
    private const string NameLabel = "__name__";
    private const string EnvironmentLabel = "environment";

    /// <summary>Counts the series of the families by name and environment: one query serves both checks.</summary>
    /// <param name="patterns">The configured families.</param>
    /// <param name="job">The label <c>job</c> of the targets.</param>
    /// <param name="instances">The instances whose series count; null for all, where it is not known which are of the release.</param>
    public static string QueryFor(IReadOnlyList<string> patterns, string job, IReadOnlyList<string>? instances = null)
    {
        string only = instances is null ? "" : $",instance=~{Quote(string.Join('|', instances.Select(Regex.Escape)))}";
        string names = string.Join('|', patterns.Select(ToRegex));
        return $"count by ({NameLabel}, {EnvironmentLabel}) ({{{NameLabel}=~{Quote(names)},job={Quote(job)}{only}}})";
    }

    /// <summary>Whether every family has a series.</summary>
    /// <param name="patterns">The configured families.</param>
    /// <param name="series">What Prometheus has of them.</param>
    public static bool HasAll(IReadOnlyList<string> patterns, IReadOnlyList<PrometheusSeries> series) =>
        patterns.All(pattern => Matching(pattern, series).Count > 0);

    /// <param name="patterns">The configured families.</param>
    /// <param name="series">What Prometheus has of them.</param>
    /// <param name="endpoint">What the platform itself shows; null when that is not known.</param>
    public static CheckOutcome JudgePresence(
        IReadOnlyList<string> patterns, IReadOnlyList<PrometheusSeries> series, ExpositionDocument? endpoint)
    {
        string evidence = string.Join("; ", patterns.Select(pattern => Count(pattern, Matching(pattern, series))));
        var missing = patterns.Where(pattern => Matching(pattern, series).Count == 0).ToList();
        // A family that is defined and has no series yet (nothing happened since the start) cannot be in Prometheus.
        bool waiting = endpoint is not null && missing.TrueForAll(pattern => IsDefinedWithoutSamples(pattern, endpoint));
        string list = string.Join(", ", missing);
        CheckOutcome outcome = missing.Count == 0 ? CheckOutcome.Met(evidence)
            : waiting
                ? CheckOutcome.Inconclusive(
                    $"No data: {evidence}; the platform defines {list} but has no sample of it yet", "Send test data, then verify again.")
            : CheckOutcome.NotMet($"{evidence}; Prometheus has no series of {list}",
                "Compare the metrics endpoint with the metric_relabel_configs of the scrape job: "
                    + "the series are missing there or dropped here.");
        return outcome.Compared(patterns.Count, patterns.Count - missing.Count);
    }

    public static CheckOutcome JudgeEnvironment(IReadOnlyList<string> patterns, IReadOnlyList<PrometheusSeries> series, string environment)
    {
        if (series.Count == 0) return CheckOutcome.Skipped("there is no series");

        var bare = series.Where(one => EnvironmentOf(one).Length == 0).ToList();
        var missing = patterns
            .Where(pattern =>
                Matching(pattern, series) is { Count: > 0 } matching && !matching.Exists(one => EnvironmentOf(one) == environment))
            .ToList();
        string counts = string.Join(", ", series.GroupBy(EnvironmentOf).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => string.Create(
                CultureInfo.InvariantCulture, $"{(group.Key.Length == 0 ? "(none)" : group.Key)}: {group.Sum(one => one.Value)} series")));
        string fault = bare.Count > 0
            ? $"{List(bare.Select(NameOf))} without the label"
            : $"none of {string.Join(", ", missing)} with environment=\"{environment}\"";
        bool met = bare.Count == 0 && missing.Count == 0;
        return CheckOutcome.MetIf(
            met, met ? counts : $"{counts}; {fault}", "Let the platform or the scrape job add the label environment to every series.")
            .Compared(
                environment,
                met ? environment : List(series.Select(one => EnvironmentOf(one) is { Length: > 0 } label ? label : "(none)")));
    }

    private static bool IsDefinedWithoutSamples(string pattern, ExpositionDocument endpoint)
    {
        var defined = endpoint.Families.Where(family => Matches(pattern, family.Name)).ToList();
        return defined.Count > 0 && defined.TrueForAll(family => family.Samples == 0);
    }

    private static string Count(string pattern, List<PrometheusSeries> matching) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{pattern}: {matching.Select(NameOf).Distinct().Count()} metrics, {matching.Sum(one => one.Value)} series");

    private static List<PrometheusSeries> Matching(string pattern, IReadOnlyList<PrometheusSeries> series) =>
        [.. series.Where(one => Matches(pattern, NameOf(one)))];

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static string NameOf(PrometheusSeries one) => one.Labels.GetValueOrDefault(NameLabel, "");

    private static string EnvironmentOf(PrometheusSeries one) => one.Labels.GetValueOrDefault(EnvironmentLabel, "");

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Distinct().Order(StringComparer.Ordinal).Take(5));

    /// <summary>A glob as a regular expression of PromQL.</summary>
    public static string ToRegex(string pattern)
    {
        var regex = new StringBuilder();
        foreach (char next in pattern) regex.Append(next switch { '*' => ".*", '?' => ".", _ => Regex.Escape(next.ToString()) });
        return regex.ToString();
    }

    /// <summary>A label value as PromQL writes it.</summary>
    public static string Quote(string text)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
