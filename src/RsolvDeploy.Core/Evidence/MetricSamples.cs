using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Evidence;

/// <summary>What Prometheus measures at the instant of a way back: the error rate, whether the platform is up, its counters, the alerts.</summary>
internal static class MetricSamples
{
    public static async Task CollectAsync(ClusterClient cluster, Target target, EvidenceFolder folder, CancellationToken ct)
    {
        if (target.Prometheus is not { } settings) return;
        using var prometheus = PrometheusClient.Open(settings, cluster.OpenService);
        folder.Write("metrics.json", new JsonArray(await Task.WhenAll(Queries(target, settings).Select(query => AskAsync(prometheus, query, ct)))));
    }

    private static IEnumerable<string> Queries(Target target, PrometheusSettings settings)
    {
        if (target.Triggers.ErrorRate is { } rate) yield return rate.Query;
        yield return string.Create(CultureInfo.InvariantCulture, $"up{{job=\"{settings.Job}\"}}");
        foreach (var rise in target.Metrics.Rises) yield return rise.Metric;
        yield return "ALERTS{alertstate=\"firing\"}";
    }

    private static async Task<JsonNode> AskAsync(PrometheusClient prometheus, string query, CancellationToken ct)
    {
        var sample = new JsonObject { ["query"] = query, ["at"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) };
        try
        {
            // NaN and infinity are no JSON numbers.
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
