using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>The Deployments of a namespace whose replicas a HorizontalPodAutoscaler sets.</summary>
internal static class ScaledDeployments
{
    /// <summary>Their names; none where autoscalers may not be listed: then the replicas of the backup are restored.</summary>
    public static async Task<IReadOnlySet<string>> FindAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var scaler in cluster.ListAsync(ResourceKind.Autoscalers, target.Namespace, null, null, ct))
                if (AutoscalerReader.DeploymentOf(scaler.ReadAs<V2HorizontalPodAutoscaler>()) is { } name) names.Add(name);
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "NotFound")
        {
            return names;
        }

        return names;
    }
}
