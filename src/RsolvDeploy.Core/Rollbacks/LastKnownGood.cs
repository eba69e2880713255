using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds the release to roll back to when the operator specifies none.</summary>
internal static class LastKnownGood
{
    /// <summary>The last known good release; when there is none, the previous revision.</summary>
    /// <param name="context">The context; its reporter gets a warning about releases that are not proven, which choose nothing.</param>
    /// <param name="previousRevision">The previous revision, when the failed step recorded it.</param>
    /// <param name="leavesRunning">Whether the running release is no candidate, because it was found to be bad.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<RollbackRequest> FindAsync(
        StepContext context, long? previousRevision, bool leavesRunning, CancellationToken ct)
    {
        var (cluster, target) = (context.Cluster, context.Target);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var running = PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)) ?? "";
        var releases = await new ReleaseHistory(cluster, target).ReadProvenAsync(context.Reporter, ct);
        var (good, choice) = ReleaseHistory.FindRollback(releases, running, leavesRunning);
        return new RollbackRequest
        {
            ToImage = good,
            Revision = ReleaseHistory.RevisionOf(releases, good),
            PreviousRevision = previousRevision,
            Choice = choice,
        };
    }
}
