using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments;

/// <summary>Determines from the Deployment whether the run has rolled it back.</summary>
internal static class RollbackProbe
{
    /// <summary>Determines it; changes nothing.</summary>
    /// <exception cref="Errors.DeployException"><c>RunInDoubt</c>: another writer has changed the Deployment since.</exception>
    public static async Task<ProbeResult> RunAsync(StepContext context, RollbackFacts facts, CancellationToken ct)
    {
        var found = await DeploymentOwner.ReadAsync(context, context.Target.For(context.Target.Main), ct);
        var rolledBack = found.ByThisRun && found.IsRollback;
        if (rolledBack && ImageIdentity.IsSame(found.Image, facts.Image))
            return new ProbeResult(true, $"this run rolled the deployment back to {found.Image}");
        return found.Image == facts.PreviousImage && !rolledBack
            ? new ProbeResult(false, $"the pod template still has image {found.Image}")
            : throw found.ChangedByOthers(context, facts.Image);
    }
}
