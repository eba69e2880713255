using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Preflight;

/// <summary>Records what is wrong before anything is changed. What cannot be read is named; the rest is recorded all the same.</summary>
internal static class BaselineReader
{
    private const string Remedy = "Know the causes before deploying: afterwards only what is new can be blamed on the release.";

    public static async Task<(Check Check, Baseline? Baseline)> ReadAsync(ClusterClient? cluster, Target target, JsonObject? deployment, CancellationToken ct)
    {
        Baseline? read = null;
        var check = await PreflightChecks.Baseline.EvaluateAsync(async () =>
        {
            var unread = new List<string>();
            var health = target.Url is null ? null : HealthAsync(target, ct);
            var restarts = cluster is null || deployment is null ? null : RestartsAsync(cluster, target, deployment, ct);
            using var prometheus = Open(cluster, target);
            var alerts = prometheus is null ? null : AlertsAsync(prometheus, target, ct);
            var rate = prometheus is null || target.Triggers.ErrorRate is not { } trigger ? null : Triggers.ErrorRateTrigger.ReadAsync(prometheus, trigger, ct);
            if (health is null && restarts is null && alerts is null)
                return CheckOutcome.Skipped("nothing can tell: the target has no url and no prometheus that can be asked, and no deployment was read");

            var report = health is null ? null : await health;
            unread.AddRange(report?.Findings.Where(finding => finding.Outcome == Outcome.Unmeasured).Select(finding => finding.Check.Id) ?? []);
            read = new Baseline
            {
                AlertsFiring = await OrElseAsync(alerts, "alerts", unread) ?? [],
                HealthFailing = [.. report?.Findings.Where(finding => finding.Outcome == Outcome.NotMet).Select(finding => finding.Check.Id) ?? []],
                ResponseTimes = report?.ResponseTimes ?? new Dictionary<string, TimeSpan>(),
                Restarts = await OrElseAsync(restarts, "restarts", unread),
                ErrorRate = await OrElseAsync(rate, "error rate", unread),
            };
            return Judge(read, target, unread);
        });
        return (check, read);
    }

    private static CheckOutcome Judge(Baseline read, Target target, List<string> unread)
    {
        var wrong = new List<string>();
        if (read.AlertsFiring.Count > 0) wrong.Add($"firing already: {string.Join(", ", read.AlertsFiring)}");
        if (read.HealthFailing.Count > 0) wrong.Add($"failing already: {string.Join(", ", read.HealthFailing)}");
        if (read.Restarts > 0) wrong.Add($"{read.Restarts} restarts");
        if (read.ErrorRate > (target.Triggers.ErrorRate?.Above ?? 1)) wrong.Add(FormattableString.Invariant($"error rate {read.ErrorRate:0.####}"));
        if (unread.Count > 0) wrong.Add($"not known: {string.Join(", ", unread)}");
        string[] seen =
        [
            .. wrong.Count == 0 ? ["nothing is wrong"] : wrong,
            .. read.ResponseTimes.Count == 0 ? (string[])[] : [string.Join(", ", read.ResponseTimes.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Key} answers in {time.Value.TotalMilliseconds:0} ms")))],
        ];
        return wrong.Count == 0 ? CheckOutcome.Passed(string.Join("; ", seen)) : CheckOutcome.Warning(string.Join("; ", seen), Remedy);
    }

    private static async Task<HealthReport> HealthAsync(Target target, CancellationToken ct)
    {
        using var http = HealthProbe.CreateClient();
        return await new HealthProbe(http).ProbeAsync(target, null, ct);
    }

    private static async Task<int?> RestartsAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var restarts = 0;
        await foreach (var pod in cluster.ListAsync(ResourceKind.Pods, target.Namespace, DeploymentReader.Selector(deployment), null, ct))
            restarts += PodReader.Statuses(pod.ReadAs<V1Pod>()).Sum(status => status.RestartCount);
        return restarts;
    }

    private static PrometheusClient? Open(ClusterClient? cluster, Target target) =>
        target.Prometheus is not { } settings || (settings.Service is not null && cluster is null) ? null : PrometheusClient.Open(settings, cluster is null ? null : cluster.OpenService);

    private static async Task<IReadOnlyList<string>?> AlertsAsync(PrometheusClient prometheus, Target target, CancellationToken ct) =>
        [.. (await prometheus.GetAlertsAsync(ct))
            .Where(alert => alert.State == "firing" && AlertChecks.Carries(alert.Labels, target.Alerts?.Quiet ?? new Dictionary<string, string>()))
            .Select(alert => alert.Name).Distinct().Order(StringComparer.Ordinal)];

    private static async Task<T?> OrElseAsync<T>(Task<T?>? reading, string what, List<string> unread)
    {
        try
        {
            return reading is null ? default : await reading;
        }
        catch (DeployException fault)
        {
            unread.Add($"{what} ({fault.Message})");
            return default;
        }
    }
}
