using System.Globalization;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using Rate = RsolvDeploy.ErrorRateTrigger;

namespace RsolvDeploy.Triggers;

/// <summary>An error rate that is too high, by PromQL: by so much above the rate there was before the deployment. No data is no error rate.</summary>
internal static class ErrorRateTrigger
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>The rate now; null for no data.</summary>
    public static async Task<double?> ReadAsync(PrometheusClient prometheus, Rate trigger, CancellationToken ct)
    {
        var values = await prometheus.QueryAsync(trigger.Query, ct);
        return values.Count == 1 && double.IsFinite(values[0].Value) ? values[0].Value : null;
    }

    public static async Task WatchAsync(ClusterClient cluster, Rate trigger, double? before, PrometheusSettings settings, Func<string, Task> tell, IReporter reporter, CancellationToken ct)
    {
        using var prometheus = PrometheusClient.Open(settings, cluster.OpenService);
        var limit = trigger.Above + (before ?? 0);
        var counted = before > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({before:0.####} already before the deployment)") : "";
        var (told, complained) = (false, false);
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                var rate = await ReadAsync(prometheus, trigger, ct);
                if (rate > limit && !told) await tell(string.Create(CultureInfo.InvariantCulture, $"the error rate is {rate:0.####}, above {limit:0.####}{counted}"));
                (told, complained) = (rate > limit, false);
            }
            catch (DeployException e)
            {
                if (!complained) reporter.Warning($"The error rate is not known for now: {e.Message}");
                complained = true;
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}
