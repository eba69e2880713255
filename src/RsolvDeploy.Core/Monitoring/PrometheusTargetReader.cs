using System.Text.Json;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads targets as Prometheus, VictoriaMetrics and Thanos show them: only the labels are required.</summary>
internal static class PrometheusTargetReader
{
    /// <summary>The interval of a server that shows none: the default of Prometheus and of VictoriaMetrics.</summary>
    public static readonly TimeSpan AssumedInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AssumedTimeout = TimeSpan.FromSeconds(10);

    public static PrometheusTarget Read(PrometheusResponse response, JsonElement target)
    {
        IReadOnlyDictionary<string, string> labels = response.Labels(target, "labels");
        JsonElement discovered = target.TryGetProperty("discoveredLabels", out JsonElement given) ? given : default;
        TimeSpan? interval = PrometheusResponse.DurationOrNone(target, "scrapeInterval")
            ?? PrometheusResponse.DurationOrNone(discovered, "__scrape_interval__");
        TimeSpan? timeout = PrometheusResponse.DurationOrNone(target, "scrapeTimeout")
            ?? PrometheusResponse.DurationOrNone(discovered, "__scrape_timeout__");
        string url = PrometheusResponse.TextOrEmpty(target, "scrapeUrl");
        string health = PrometheusResponse.TextOrEmpty(target, "health");
        return new PrometheusTarget(
            labels.GetValueOrDefault("job", ""),
            PrometheusResponse.TextOrEmpty(target, "scrapePool"),
            url.Length > 0 ? url : labels.GetValueOrDefault("instance", "?"),
            labels,
            health.Length > 0 ? health : "unknown",
            PrometheusResponse.TextOrEmpty(target, "lastError"),
            response.Timestamp(target, "lastScrape"),
            interval ?? AssumedInterval,
            timeout ?? AssumedTimeout)
        {
            IntervalIsAssumed = interval is null,
        };
    }

    /// <summary>The targets by their series <c>up</c>, with the time of its last sample.</summary>
    public static IReadOnlyList<PrometheusTarget> FromSeries(IReadOnlyList<PrometheusSeries> up, IReadOnlyList<PrometheusSeries> scraped) =>
        [.. up.Select(series =>
        {
            var labels = series.Labels.Where(label => label.Key != "__name__").ToDictionary();
            PrometheusSeries? last = scraped.FirstOrDefault(one =>
                labels.All(label => one.Labels.GetValueOrDefault(label.Key) == label.Value));
            return new PrometheusTarget(
                labels.GetValueOrDefault("job", ""),
                "",
                labels.GetValueOrDefault("instance", "?"),
                labels,
                series.Value > 0 ? "up" : "down",
                "",
                last is { Value: > 0 and < 1e11 } ? DateTimeOffset.FromUnixTimeMilliseconds((long)(last.Value * 1000)) : null,
                AssumedInterval,
                AssumedTimeout)
            {
                IntervalIsAssumed = true,
            };
        })];
}
