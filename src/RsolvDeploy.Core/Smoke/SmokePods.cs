using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>A running pod of the release.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Container">The container whose image is deployed.</param>
/// <param name="Created">When it was created.</param>
internal sealed record SmokePod(string Name, string Container, DateTimeOffset Created)
{
    /// <summary>When its container started last; its creation, when it did not.</summary>
    public DateTimeOffset Started { get; init; } = Created;

    /// <summary>How often its container restarted.</summary>
    public int Restarts { get; init; }

    /// <summary>The memory limit of the container, in bytes; null for none.</summary>
    public double? MemoryLimit { get; init; }

    /// <summary>The CPU limit of the container, in cores; null for none.</summary>
    public double? CpuLimit { get; init; }
}

/// <summary>The pods of the release, and since when it runs.</summary>
/// <param name="Pods">The pods that run, of all workloads.</param>
/// <param name="Since">When the first pod of the newest ReplicaSet was created; by the API server's clock.</param>
/// <param name="Release">The pods that targets of Prometheus are compared with; null when they are not known.</param>
internal sealed record SmokePods(IReadOnlyList<SmokePod> Pods, DateTimeOffset Since, ReleasePods? Release)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="Errors.DeployException">The API server refuses, or does not respond.</exception>
    public static async Task<SmokePods> ReadAsync(StepContext context, CancellationToken ct)
    {
        var release = context.Target.Main.Kind == WorkloadKind.Deployment
            ? await ReleasePods.ReadAsync(context.Cluster, context.Target, ct)
            : null;
        var workloads = await OwnedPods.ListWorkloadsAsync(context.Cluster, context.Target, ct);
        var lists = await Task.WhenAll(workloads.Select(async workload =>
        {
            var (pods, _) = await workload.Pods.ListAsync(ct);
            return pods.Select(pod => pod.ReadAs<V1Pod>())
                .Where(pod => !PodReader.IsTerminating(pod) && !PodReader.HasEnded(pod))
                .Select(pod => From(pod, workload.Container));
        }));
        var all = lists.SelectMany(pods => pods).OrderBy(pod => pod.Name, StringComparer.Ordinal).ToList();
        var current = all.Where(pod => release is null || release.Addresses.ContainsKey(pod.Name)).ToList();
        return new SmokePods(all, current.Select(pod => pod.Created).DefaultIfEmpty(context.Cluster.Now).Min(), release);
    }

    private static SmokePod From(V1Pod pod, string container)
    {
        var created = Utc(pod.CreationTimestamp()) ?? DateTimeOffset.UnixEpoch;
        var status = PodReader.Statuses(pod).FirstOrDefault(one => one.Name == container);
        var limits = pod.Spec?.Containers?.FirstOrDefault(one => one.Name == container)?.Resources?.Limits;
        return new SmokePod(pod.Name(), container, created)
        {
            Started = Utc(status?.State?.Running?.StartedAt) ?? created,
            Restarts = status?.RestartCount ?? 0,
            MemoryLimit = limits?.TryGetValue("memory", out var memory) == true ? (double)memory.ToDecimal() : null,
            CpuLimit = limits?.TryGetValue("cpu", out var cpu) == true ? (double)cpu.ToDecimal() : null,
        };
    }

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } known ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : null;
}
