using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>The revisions of a workload: those of its Deployment, or the ControllerRevisions of a StatefulSet or DaemonSet.</summary>
internal static class WorkloadRevisions
{
    /// <summary>The number of the current revision; null when the workload has none, as a CronJob.</summary>
    public static async Task<long?> CurrentAsync(ClusterClient cluster, Target target, JsonObject workload, CancellationToken ct)
    {
        if (target.Main.Kind == WorkloadKind.Deployment) return DeploymentReader.Revision(workload);
        long? newest = null;
        await foreach (var (number, _) in ListAsync(cluster, target, workload, ct)) newest = Math.Max(number, newest ?? 0);
        return newest;
    }

    /// <summary>The ControllerRevisions of a StatefulSet or DaemonSet, with their pod templates; none of other kinds.</summary>
    public static async IAsyncEnumerable<(long Number, JsonObject Template)> ListAsync(
        ClusterClient cluster, Target target, JsonObject workload, [EnumeratorCancellation] CancellationToken ct)
    {
        if (target.Main.Kind is not (WorkloadKind.StatefulSet or WorkloadKind.DaemonSet)) yield break;
        var uid = workload.At("metadata", "uid").Text();
        var selector = DeploymentReader.Selector(workload);
        await foreach (var item in cluster.ListAsync(ResourceKind.ControllerRevisions, target.Namespace, selector, null, ct))
        {
            var revision = ControllerRevision.From(item);
            if (revision.Owner == uid && ControllerRevision.Template(item) is { } template) yield return (revision.Number, template);
        }
    }
}
