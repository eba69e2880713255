using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Resilience;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>Samples metrics.k8s.io until every pod has enough samples: it holds only the newest one.</summary>
/// <param name="context">The step's context.</param>
/// <param name="pods">The pods.</param>
internal sealed class MetricsServerUsage(StepContext context, IReadOnlyList<SmokePod> pods)
{
    private const string Source = "metrics.k8s.io";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, List<ContainerUsage>> _samples = [];
    private TimeSpan _window = TimeSpan.FromSeconds(1);

    /// <summary>Memory and CPU of the pods; null when the cluster does not serve this API.</summary>
    public async Task<(UsageHistory Memory, UsageHistory Cpu)?> ReadAsync(CancellationToken ct)
    {
        var poll = new BoundedPoll<bool>(() => SampleAsync(ct), served => !served || IsEnough())
        {
            Limit = _ => LongestWait,
            Delay = _ => _window / 4 < LeastDelay ? LeastDelay : _window / 4 > MostDelay ? MostDelay : _window / 4,
        };
        var (served, _) = await poll.RunAsync(context.Clock, ct);
        return served ? (History(usage => usage.Memory), History(usage => usage.Cpu)) : null;
    }

    private async Task<bool> SampleAsync(CancellationToken ct)
    {
        if (await ContainerUsage.ListAsync(context.Cluster, context.Target.Namespace, ct) is not { } read) return false;
        foreach (var usage in read.Where(one => pods.Any(pod => pod.Name == one.Pod && pod.Container == one.Container)))
        {
            if (!_samples.TryGetValue(usage.Pod, out var known)) _samples[usage.Pod] = known = [];
            // The same measurement is served until the next one.
            if (known.Count > 0 && known[^1].At >= usage.At) continue;
            known.Add(usage);
            _window = usage.Window;
        }

        return true;
    }

    private bool IsEnough() =>
        pods.All(pod => _samples.TryGetValue(pod.Name, out var known) && known.Count >= Trend.LeastSamples);

    private UsageHistory History(Func<ContainerUsage, double> valueOf) => new(
        [
            .. _samples.OrderBy(pod => pod.Key, StringComparer.Ordinal).Select(pod => new UsageSeries(
                pod.Key, [.. pod.Value.Select(usage => new UsageSample(usage.At, valueOf(usage)))])),
        ],
        Source);
}
