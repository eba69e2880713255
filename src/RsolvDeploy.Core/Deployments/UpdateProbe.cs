using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments;

/// <summary>Determines from the Deployment whether the run has updated it.</summary>
internal static class UpdateProbe
{
    /// <summary>Determines it; changes nothing.</summary>
    /// <exception cref="Errors.DeployException"><c>RunInDoubt</c>: another writer has changed the Deployment since.</exception>
    public static async Task<ProbeResult> RunAsync(StepContext context, UpdateFacts facts, CancellationToken ct)
    {
        var found = await DeploymentOwner.ReadAsync(context, ct);
        if (found.ByThisRun && found.IsRollback)
            return new ProbeResult(true, $"the update failed, and the run rolled back to {found.Image}") { RolledBackTo = found.Image };
        if (found.ByThisRun && ImageIdentity.IsSame(found.Image, facts.Image))
            return new ProbeResult(true, $"the pod template has image {found.Image}, set by this run");
        return !found.ByThisRun && found.Image == facts.PreviousImage
            ? new ProbeResult(false, $"the pod template still has image {found.Image}")
            : throw found.ChangedByOthers(context, facts.Image);
    }
}
