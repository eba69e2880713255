using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Measurements;

/// <summary>Measures the histograms of a target.</summary>
/// <param name="prometheus">Prometheus.</param>
/// <param name="reader">Reads ranges.</param>
/// <param name="target">The target.</param>
internal sealed class HistogramMeasurer(PrometheusClient prometheus, RangeReader reader, Target target)
{
    private const string Bucket = "_bucket";

    private string Job => SeriesChecks.Quote(target.Prometheus!.Job);

    /// <summary>The histograms among the metric families of the target, without <c>_bucket</c>.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken ct)
    {
        if (target.Metrics.Families.Count == 0) return [];
        var names = string.Join('|', target.Metrics.Families.Select(SeriesChecks.ToRegex));
        var found = await prometheus.QueryAsync(
            $"count by (__name__) ({{__name__=~{SeriesChecks.Quote($"(?:{names})(?:{Bucket})?")},job={Job}}})", ct);
        return
        [
            .. found.Select(one => one.Labels.GetValueOrDefault("__name__", ""))
                .Where(name => name.EndsWith(Bucket, StringComparison.Ordinal))
                .Select(name => name[..^Bucket.Length])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Measures a histogram over a window.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="window">The window, in steps of the scrape interval.</param>
    /// <param name="rules">The rules, whose thresholds stay bounds.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<HistogramMeasurement> MeasureAsync(
        string name, MeasuredWindow window, IReadOnlyList<PrometheusRule> rules, CancellationToken ct)
    {
        try
        {
            var buckets = await reader.ReadAsync($"sum by (le) ({name}{Bucket}{{job={Job}}})", window, value => value, ct);
            var sums = await reader.ReadAsync($"sum({name}_sum{{job={Job}}})", window, value => value, ct);
            var increases = HistogramIncreases.Read(buckets, sums.Count == 1 ? sums[0] : null, window.Count);
            double[] kept =
            [
                .. rules.Where(rule => rule.Query.Contains(name + Bucket, StringComparison.Ordinal))
                    .Select(rule => ThresholdExpression.Parse(rule.Query))
                    .Where(one => one?.Left.StartsWith("histogram_quantile", StringComparison.Ordinal) == true)
                    .Select(one => one!.Threshold)
                    .Where(bound => bound > 0),
            ];
            return BucketProposal.Measure(
                name, increases.Counts, new HistogramReference(increases.Counts, increases.Known), kept);
        }
        catch (DeployException fault) when (fault.Id is PrometheusFaults.QueryFailedId or "MeasurementTooLarge")
        {
            return new HistogramMeasurement(name) { Reason = fault.Message };
        }
    }

    /// <summary><c>measure.buckets</c>.</summary>
    public static CheckOutcome Judge(IReadOnlyList<HistogramMeasurement> histograms)
    {
        if (histograms.Count == 0) return CheckOutcome.Skipped("no metric family of the target is a histogram");
        var proposed = histograms.Where(one => one.ProposedBounds.Count > 0).ToList();
        var evidence = $"{histograms.Count} histograms: {string.Join("; ", histograms.Select(one => $"{one.Name}: {one.Reason}"))}";
        return (proposed.Count == 0
            ? CheckOutcome.Met(evidence)
            : CheckOutcome.Warning(
                $"{evidence}; proposed: {string.Join("; ", proposed.Select(Describe))}",
                "Set these buckets where the platform defines the metric; alerts and panels by quantile then show what is."))
            .Compared(0, proposed.Count);
    }

    private static string Describe(HistogramMeasurement one) => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Name} {string.Join(", ", one.ProposedBounds.Select(bound => bound.ToString("G6", CultureInfo.InvariantCulture)))} "
            + $"(error of p95 {Percent(one.Quantiles[1].Error)} before, {Percent(one.Quantiles[1].ProposedError)} after)");

    private static string Percent(double? ratio) => string.Create(CultureInfo.InvariantCulture, $"{100 * (ratio ?? 0):0.#} %");
}
