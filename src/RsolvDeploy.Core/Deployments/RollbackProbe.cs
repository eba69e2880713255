using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments;

/// <summary>Finds out in the Deployment whether a run has rolled it back.</summary>
internal static class RollbackProbe
{
    /// <summary>Finds it out; changes nothing.</summary>
    /// <exception cref="Errors.DeployException"><c>RunUncertain</c>: somebody else changed the Deployment since.</exception>
    public static async Task<ProbeResult> RunAsync(StepContext context, RollbackFacts facts, CancellationToken ct)
    {
        var found = await DeploymentOwner.ReadAsync(context, ct);
        var rolledBack = found.ByThisRun && found.IsRollback;
        if (rolledBack && found.Image == facts.Image) return new ProbeResult(true, $"the deployment was rolled back to {found.Image} by this run");
        return found.Image == facts.PreviousImage && !rolledBack
            ? new ProbeResult(false, $"the pod template still names {found.Image}")
            : throw found.ChangedByOthers(context, facts.Image);
    }
}
