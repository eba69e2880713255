using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Evidence;

/// <summary>
/// Saves what Prometheus measures at the time of a rollback: the error rate, whether the platform is up, its counters, the alerts.
/// </summary>
internal static class MetricSamples
{
    public static async Task CollectAsync(StepContext context, EvidenceFolder folder, CancellationToken ct)
    {
        if (context.Target.Prometheus is not { } settings) return;
        using var prometheus = PrometheusClient.Open(settings, context.Services, context.Clock);
        var samples = await Task.WhenAll(
            Queries(context.Target, settings).Select(query => QueryAsync(prometheus, query, context.Clock, ct)));
        folder.Write("metrics.json", new JsonArray(samples));
    }

    private static IEnumerable<string> Queries(Target target, PrometheusSettings settings)
    {
        if (target.Triggers.ErrorRate is { } rate) yield return rate.Query;
        yield return string.Create(CultureInfo.InvariantCulture, $"up{{job=\"{settings.Job}\"}}");
        foreach (var rise in target.Metrics.Rises) yield return rise.Metric;
        yield return "ALERTS{alertstate=\"firing\"}";
    }

    private static async Task<JsonNode> QueryAsync(PrometheusClient prometheus, string query, TimeProvider clock, CancellationToken ct)
    {
        var sample = new JsonObject { ["query"] = query, ["at"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) };
        try
        {
            // JSON has no numbers for NaN and infinity.
            sample["series"] = new JsonArray([.. (await prometheus.QueryAsync(query, ct)).Select(series => new JsonObject
            {
                ["labels"] = new JsonObject(series.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
                ["value"] = series.Value.ToString("R", CultureInfo.InvariantCulture),
            })]);
        }
        catch (DeployException e)
        {
            sample["error"] = e.Message;
        }

        return sample;
    }
}
