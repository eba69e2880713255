using System.Text.RegularExpressions;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Smoke;

/// <summary>Reads from Prometheus what the pods used: by the configured query, or by the metrics of the kubelet (cAdvisor).</summary>
/// <param name="prometheus">The client.</param>
/// <param name="target">The environment.</param>
/// <param name="pods">The pods.</param>
/// <param name="time">The clock.</param>
internal sealed class PrometheusUsage(PrometheusClient prometheus, Target target, IReadOnlyList<SmokePod> pods, TimeProvider time)
{
    private const string PodLabel = "pod";
    private const int Steps = 20;
    private static readonly TimeSpan LeastStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostStep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    /// <summary>The usage since the pods settled; null when Prometheus has no such metric.</summary>
    public async Task<UsageHistory?> ReadAsync(UsageKind kind, CancellationToken ct)
    {
        var configured = kind == UsageKind.Memory ? target.Smoke.Memory.Query : target.Smoke.Cpu.Query;
        if (configured is null && (await prometheus.QueryAsync($"count({Selector(kind, anyPod: true)})", ct)).Count == 0) return null;
        var expression = configured ?? Expression(kind);
        var poll = new BoundedPoll<UsageHistory>(() => QueryAsync(expression, ct), history => history.IsEnoughFor(pods))
        {
            Limit = _ => LongestWait,
            Delay = _ => MostStep / 5,
        };
        return (await poll.RunAsync(time, ct)).Last;
    }

    private async Task<UsageHistory> QueryAsync(string expression, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var settled = pods.Count == 0 ? now - target.Smoke.Window : pods.Min(pod => pod.Started) + target.Smoke.Settle;
        var start = settled > now - target.Smoke.Window ? settled : now - target.Smoke.Window;
        if (start >= now) start = now - LeastStep;
        var step = (now - start) / Steps;
        step = step < LeastStep ? LeastStep : step > MostStep ? MostStep : step;
        var found = await prometheus.QueryRangeAsync(expression, start, now, step, ct);
        return new UsageHistory(
            [.. found.Series.Where(IsOfRelease).Select(series => new UsageSeries(NameOf(series), SamplesOf(series)))], "Prometheus");
    }

    // irate, because a rate is too low as long as the pod is younger than its range.
    private string Expression(UsageKind kind) => kind == UsageKind.Memory
        ? $"sum by (pod) ({Selector(kind, anyPod: false)})"
        : $"sum by (pod) (irate({Selector(kind, anyPod: false)}[2m]))";

    private string Selector(UsageKind kind, bool anyPod)
    {
        var metric = kind == UsageKind.Memory ? "container_memory_working_set_bytes" : "container_cpu_usage_seconds_total";
        var containers = string.Join('|', pods.Select(pod => pod.Container).Distinct().Select(Regex.Escape));
        var names = string.Join('|', pods.Select(pod => Regex.Escape(pod.Name)));
        var only = anyPod ? "" : $",container=~{SeriesChecks.Quote(containers)},pod=~{SeriesChecks.Quote(names)}";
        return $"{metric}{{namespace={SeriesChecks.Quote(target.Namespace)}{only}}}";
    }

    // A configured query may show pods that are gone.
    private bool IsOfRelease(PrometheusSamples series) =>
        pods.Count == 0 || series.Labels.GetValueOrDefault(PodLabel) is not { } name || pods.Any(pod => pod.Name == name);

    private static string NameOf(PrometheusSamples series) => series.Labels.GetValueOrDefault(PodLabel)
        ?? string.Join(',', series.Labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}={label.Value}"));

    // What a pod used before it settled is its start, and no growth.
    private IReadOnlyList<UsageSample> SamplesOf(PrometheusSamples series)
    {
        var pod = pods.FirstOrDefault(one => one.Name == series.Labels.GetValueOrDefault(PodLabel));
        var settled = pod is null ? DateTimeOffset.MinValue : pod.Started + target.Smoke.Settle;
        return
        [
            .. series.Samples
                .Where(sample => double.IsFinite(sample.Value) && sample.At >= settled)
                .Select(sample => new UsageSample(sample.At, sample.Value)),
        ];
    }
}
