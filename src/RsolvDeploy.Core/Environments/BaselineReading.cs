using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Health;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Environments;

/// <summary>Records what is wrong before anything is changed.</summary>
internal static class BaselineReading
{
    public static async Task<(Check Check, Baseline? Baseline)> ReadAsync(ClusterClient? cluster, Target target, JsonObject? deployment, CancellationToken ct)
    {
        Baseline? read = null;
        var check = await Boxes.Baseline.LookAsync(async () =>
        {
            var health = HealthAsync(target, ct);
            var restarts = RestartsAsync(cluster, target, deployment, ct);
            var (alerts, rate) = await MonitoringAsync(cluster, target, ct);
            read = new Baseline { AlertsFiring = alerts, HealthFailing = await health, Restarts = await restarts, ErrorRate = rate };
            return Judge(read, target);
        });
        return (check, read);
    }

    private static Found Judge(Baseline read, Target target)
    {
        var wrong = new List<string>();
        if (read.AlertsFiring.Count > 0) wrong.Add($"firing already: {string.Join(", ", read.AlertsFiring)}");
        if (read.HealthFailing.Count > 0) wrong.Add($"failing already: {string.Join(", ", read.HealthFailing)}");
        if (read.Restarts > 0) wrong.Add($"{read.Restarts} restarts");
        if (read.ErrorRate > (target.Triggers.ErrorRate?.Above ?? 1)) wrong.Add(FormattableString.Invariant($"error rate {read.ErrorRate:0.####}"));
        return wrong.Count == 0
            ? Found.Passed($"no alert, no failing health check, {read.Restarts?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} restarts")
            : Found.Warning(string.Join("; ", wrong), "Know the causes before deploying: afterwards only what is new can be blamed on the release.");
    }

    private static async Task<IReadOnlyList<string>> HealthAsync(Target target, CancellationToken ct)
    {
        using var http = HealthProbe.CreateClient();
        var report = await new HealthProbe(http).ProbeEssentialsAsync(target, ct);
        return [.. report.Findings.Where(finding => finding.Outcome is Outcome.NotMet or Outcome.Unmeasured).Select(finding => finding.Check.Id)];
    }

    private static async Task<int?> RestartsAsync(ClusterClient? cluster, Target target, JsonObject? deployment, CancellationToken ct)
    {
        if (cluster is null || deployment is null) return null;
        var restarts = 0;
        await foreach (var pod in cluster.ListAsync(ResourceKind.Pods, target.Namespace, DeploymentReading.Selector(deployment), null, ct))
            restarts += PodReading.Statuses(pod, "containerStatuses").Sum(status => status["restartCount"].Number() ?? 0);
        return restarts;
    }

    private static async Task<(IReadOnlyList<string> Alerts, double? ErrorRate)> MonitoringAsync(ClusterClient? cluster, Target target, CancellationToken ct)
    {
        if (target.Prometheus is null || (target.Prometheus.Service is not null && cluster is null)) return ([], null);
        using var prometheus = PrometheusClient.Open(target.Prometheus, cluster is null ? null : cluster.OpenService);
        var firing = (await prometheus.GetAlertsAsync(ct))
            .Where(alert => alert.State == "firing" && (target.Alerts?.Quiet ?? new Dictionary<string, string>()).All(label => alert.Labels.GetValueOrDefault(label.Key) == label.Value))
            .Select(alert => alert.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        double? rate = null;
        if (target.Triggers.ErrorRate is { } trigger)
        {
            // No data is no error rate.
            var values = await prometheus.QueryAsync(trigger.Query, ct);
            rate = values.Count == 1 && double.IsFinite(values[0].Value) ? values[0].Value : null;
        }

        return (firing, rate);
    }
}
