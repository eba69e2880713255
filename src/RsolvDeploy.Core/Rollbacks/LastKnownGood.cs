using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds where a way back leads when nobody names a place.</summary>
internal static class LastKnownGood
{
    /// <summary>The last release verified good; where none is known the revision before.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="previousRevision">The revision before, when the step that failed knows it.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<RollbackRequest> FindAsync(ClusterClient cluster, Target target, long? previousRevision, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var running = PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)) ?? "";
        var (good, choice) = ReleaseHistory.FindRollback(await new ReleaseHistory(cluster, target).ReadAsync(ct), running);
        return new RollbackRequest { ToImage = good, PreviousRevision = previousRevision, Choice = choice };
    }
}
