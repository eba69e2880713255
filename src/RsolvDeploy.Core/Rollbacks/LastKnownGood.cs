using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds the release to roll back to when the operator specifies none.</summary>
internal static class LastKnownGood
{
    /// <summary>The last known good release; when there is none, the previous revision.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="previousRevision">The previous revision, when the failed step recorded it.</param>
    /// <param name="reporter">Gets a warning about releases that are not proven, which choose nothing.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<RollbackRequest> FindAsync(
        ClusterClient cluster, Target target, long? previousRevision, IReporter reporter, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var running = PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)) ?? "";
        var releases = await new ReleaseHistory(cluster, target).ReadProvenAsync(reporter, ct);
        var (good, choice) = ReleaseHistory.FindRollback(releases, running);
        return new RollbackRequest
        {
            ToImage = good,
            Revision = ReleaseHistory.RevisionOf(releases, good),
            PreviousRevision = previousRevision,
            Choice = choice,
        };
    }
}
