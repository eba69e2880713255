using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>
/// The pods of a workload: those that it owns itself or through its ReplicaSets. Labels prove nothing: pods of another workload may carry
/// the same ones.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace of the workload.</param>
/// <param name="selector">The labels that its pods and ReplicaSets carry, which limit what is read.</param>
/// <param name="workload">The workload.</param>
internal sealed class OwnedPods(ClusterClient cluster, string ns, string selector, IMetadata<V1ObjectMeta> workload)
{
    // Whether an owner of pods is the workload or one of its ReplicaSets, by id.
    private readonly Dictionary<string, bool> _owners = new(StringComparer.Ordinal);

    /// <summary>The pods of a Deployment.</summary>
    public static OwnedPods From(ClusterClient cluster, V1Deployment deployment) =>
        new(cluster, deployment.Namespace(), DeploymentReader.Selector(deployment), deployment);

    /// <summary>
    /// The pods of each workload of a release, with the container whose image is deployed. A CronJob has none: its jobs own them.
    /// </summary>
    public static async Task<IReadOnlyList<(OwnedPods Pods, string Container)>> ListWorkloadsAsync(
        ClusterClient cluster, Target target, CancellationToken ct) =>
        await Task.WhenAll(target.Workloads.Where(one => one.Kind != WorkloadKind.CronJob).Select(async one =>
        {
            var own = target.For(one);
            var workload = await cluster.GetAsync(WorkloadKinds.ResourceOf(one.Kind), target.Namespace, one.Name, ct);
            // All kinds have their metadata and their selector alike.
            return (From(cluster, workload.ReadAs<V1Deployment>()), DeploymentReader.Container(workload, own));
        }));

    /// <summary>The pods that exist, and the ReplicaSets of the workload.</summary>
    public async Task<(IReadOnlyList<JsonObject> Pods, IReadOnlyList<JsonObject> Sets)> ListAsync(CancellationToken ct)
    {
        // A ReplicaSet exists before its pods: listed in this order, no owner is missing.
        var pods = await cluster.ListAllAsync(ResourceKind.Pods, ns, selector, null, ct);
        var sets = await ListSetsAsync(ct);
        return ([.. pods.Where(pod => Owners(pod).Any(IsKnown))], sets);
    }

    /// <summary>Watches the pods: those that exist, then <see cref="WatchEventType.Synced"/>, then every change.</summary>
    /// <remarks>A deleted pod may be one of another workload: what is left of it does not name its owner.</remarks>
    public async IAsyncEnumerable<WatchEvent> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var change in cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, ns) { LabelSelector = selector }, ct))
        {
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted || await OwnsAsync(change.Object, ct)) yield return change;
        }
    }

    private async Task<bool> OwnsAsync(JsonObject pod, CancellationToken ct)
    {
        var owners = Owners(pod);
        if (owners.Exists(uid => !_owners.ContainsKey(uid))) await ListSetsAsync(ct);
        foreach (var uid in owners) _owners.TryAdd(uid, false);
        return owners.Exists(IsKnown);
    }

    private async Task<IReadOnlyList<JsonObject>> ListSetsAsync(CancellationToken ct)
    {
        var sets = (await cluster.ListAllAsync(ResourceKind.ReplicaSets, ns, selector, null, ct))
            .Where(set => ObjectOwners.IsOwnedBy(set.ReadAs<V1ReplicaSet>(), workload))
            .ToList();
        _owners[workload.Uid()] = true;
        foreach (var set in sets) _owners[set.ReadAs<V1ReplicaSet>().Uid()] = true;
        return sets;
    }

    private bool IsKnown(string uid) => _owners.GetValueOrDefault(uid);

    private static List<string> Owners(JsonObject pod) =>
        [.. (pod.ReadAs<V1Pod>().OwnerReferences() ?? []).Select(reference => reference.Uid)];
}
