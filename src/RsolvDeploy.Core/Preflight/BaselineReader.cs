using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>environment.baseline</c>: records what is wrong before anything is changed. What cannot be read is named; the
/// rest is recorded all the same.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="cluster">The cluster; null when it cannot be reached.</param>
/// <param name="deployment">The Deployment; null when it cannot be read.</param>
internal sealed class BaselineReader(StepContext context, ClusterClient? cluster, JsonObject? deployment)
{
    private const string Remedy = "Know the causes before deploying: afterwards only what is new can be blamed on the release.";

    private readonly List<string> _unread = [];

    public async Task<(Check Check, Baseline? Baseline)> ReadAsync(CancellationToken ct)
    {
        Baseline? read = null;
        var target = context.Target;
        var check = await CheckTable.EnvironmentBaseline.EvaluateAsync(new CheckScope(context.Clock, ct), async () =>
        {
            var health = target.Url is null ? null : HealthAsync(ct);
            var restarts = cluster is null || deployment is null ? null : RestartsAsync(cluster, deployment, ct);
            using var prometheus = OpenPrometheus();
            var alerts = prometheus is null ? null : AlertsAsync(prometheus, target, ct);
            var cpu = cluster is null || deployment is null ? null : PodCpuAsync(cluster, deployment, ct);
            var rate = prometheus is null || target.Triggers.ErrorRate is not { } trigger
                ? null
                : ErrorRateReader.ReadAsync(prometheus, trigger, ct);
            if (health is null && restarts is null && alerts is null)
                return CheckOutcome.Skipped("the target has no url and no prometheus that can be reached, and no deployment was read");

            var report = health is null ? null : await health;
            _unread.AddRange(report?.Checks.Where(one => one.Result == CheckResult.Unmeasured).Select(one => one.Id) ?? []);
            read = new Baseline
            {
                AlertsFiring = await OrElseAsync(alerts, "alerts", ct) ?? [],
                HealthFailing = report?.Checks.Where(one => one.Result == CheckResult.NotMet).Select(one => one.Id).ToArray() ?? [],
                ResponseTimes = report?.ResponseTimes ?? new Dictionary<string, TimeSpan>(),
                Restarts = await OrElseAsync(restarts, "restarts", ct),
                ErrorRate = await OrElseAsync(rate, "error rate", ct),
                PodCpu = await OrElseAsync(cpu, "CPU", ct),
            };
            return Judge(read);
        });
        return (check, read);
    }

    private CheckOutcome Judge(Baseline read)
    {
        var problems = new List<string>();
        if (read.AlertsFiring.Count > 0) problems.Add($"firing already: {string.Join(", ", read.AlertsFiring)}");
        if (read.HealthFailing.Count > 0) problems.Add($"failing already: {string.Join(", ", read.HealthFailing)}");
        if (read.Restarts > 0) problems.Add($"{read.Restarts} restarts");
        if (read.ErrorRate > (context.Target.Triggers.ErrorRate?.Above ?? 1))
            problems.Add(FormattableString.Invariant($"error rate {read.ErrorRate:0.####}"));
        if (_unread.Count > 0) problems.Add($"not known: {string.Join(", ", _unread)}");
        var times = string.Join(", ", read.ResponseTimes.Select(time =>
            string.Create(CultureInfo.InvariantCulture, $"{time.Key} responds in {time.Value.TotalMilliseconds:0} ms")));
        var evidence = string.Join(
            "; ", (problems.Count == 0 ? ["nothing is wrong"] : problems).Append(times).Where(part => part.Length > 0));
        return (problems.Count == 0 ? CheckOutcome.Met(evidence) : CheckOutcome.Warning(evidence, Remedy)).Compared(0, problems.Count);
    }

    private async Task<HealthReport> HealthAsync(CancellationToken ct)
    {
        using var http = PlatformAccess.Open(context.Services, context.Target);
        return await PlatformAccess.CreateProbe(http, context.Services, context.Target, context.Clock).ProbeAsync(context.Target, null, ct);
    }

    private static async Task<int?> RestartsAsync(ClusterClient cluster, JsonObject deployment, CancellationToken ct)
    {
        var (pods, _) = await OwnedPods.From(cluster, deployment.ReadAs<V1Deployment>()).ListAsync(ct);
        return pods.Sum(pod => PodReader.Statuses(pod.ReadAs<V1Pod>()).Sum(status => status.RestartCount));
    }

    // Null where the cluster has no metrics-server, or does not let everybody read from it.
    private async Task<double?> PodCpuAsync(ClusterClient from, JsonObject of, CancellationToken ct)
    {
        try
        {
            var (pods, _) = await OwnedPods.From(from, of.ReadAs<V1Deployment>()).ListAsync(ct);
            var names = pods.Select(pod => pod.ReadAs<V1Pod>().Name()).ToHashSet();
            var container = DeploymentReader.Container(of, context.Target);
            var usage = (await ContainerUsage.ListAsync(from, context.Target.Namespace, ct) ?? [])
                .Where(one => one.Container == container && names.Contains(one.Pod))
                .ToList();
            return usage.Count == 0 ? null : usage.Average(one => one.Cpu);
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            return null;
        }
    }

    private PrometheusClient? OpenPrometheus() =>
        context.Target.Prometheus is not { } settings || (settings.Service is not null && cluster is null)
            ? null
            : PrometheusClient.Open(settings, context.Services);

    private static async Task<IReadOnlyList<string>?> AlertsAsync(PrometheusClient prometheus, Target target, CancellationToken ct) =>
        [.. (await prometheus.GetAlertsAsync(ct))
            .Where(alert =>
                alert.State == "firing" && AlertChecks.Carries(alert.Labels, target.Alerts?.Quiet ?? new Dictionary<string, string>()))
            .Select(alert => alert.Name).Distinct().Order(StringComparer.Ordinal)];

    private async Task<T?> OrElseAsync<T>(Task<T?>? reading, string what, CancellationToken ct)
    {
        try
        {
            return reading is null ? default : await reading;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            _unread.Add($"{what} ({fault.Message})");
            return default;
        }
    }
}
