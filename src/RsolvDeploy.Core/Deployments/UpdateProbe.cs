using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments;

/// <summary>Finds out in the Deployment whether a run has updated it.</summary>
internal static class UpdateProbe
{
    /// <summary>Finds it out; changes nothing.</summary>
    /// <exception cref="Errors.DeployException"><c>RunUncertain</c>: somebody else changed the Deployment since.</exception>
    public static async Task<ProbeResult> RunAsync(StepContext context, UpdateFacts facts, CancellationToken ct)
    {
        var found = await DeploymentOwner.ReadAsync(context, ct);
        if (found.ByThisRun && found.IsRollback) return new ProbeResult(true, $"the update failed, and the run had rolled back to {found.Image}") { RolledBackTo = found.Image };
        if (found.ByThisRun && found.Image == facts.Image) return new ProbeResult(true, $"the pod template names {found.Image}, set by this run");
        return !found.ByThisRun && found.Image == facts.PreviousImage
            ? new ProbeResult(false, $"the pod template still names {found.Image}")
            : throw found.ChangedByOthers(context, facts.Image);
    }
}
