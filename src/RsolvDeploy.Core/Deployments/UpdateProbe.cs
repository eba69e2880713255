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
        IReadOnlyList<WorkloadRelease> workloads = facts.Workloads.Count > 0
            ? facts.Workloads
            :
            [
                new WorkloadRelease(context.Target.Main.Kind, context.Target.Deployment, facts.Image)
                {
                    PreviousImage = facts.PreviousImage,
                },
            ];
        var results = new List<ProbeResult>();
        foreach (var workload in workloads) results.Add(await FindAsync(context, workload, ct));
        // As long as one workload is not updated, the update continues with those that are left.
        return results.Find(one => !one.Done) ?? results.Find(one => one.RolledBackTo is not null) ?? results[0];
    }

    private static async Task<ProbeResult> FindAsync(StepContext context, WorkloadRelease workload, CancellationToken ct)
    {
        var own = context.Target.Workloads.FirstOrDefault(one => one.Kind == workload.Kind && one.Name == workload.Name);
        var target = own is null ? context.Target : context.Target.For(own);
        var found = await DeploymentOwner.ReadAsync(context, target, ct);
        if (found.ByThisRun && found.IsRollback)
            return new ProbeResult(true, $"the update failed, and the run rolled back to {found.Image}") { RolledBackTo = found.Image };
        if (found.ByThisRun && ImageIdentity.IsSame(found.Image, workload.Image))
            return new ProbeResult(true, $"the pod template has image {found.Image}, set by this run");
        return !found.ByThisRun && found.Image == workload.PreviousImage
            ? new ProbeResult(false, $"the pod template still has image {found.Image}")
            : throw found.ChangedByOthers(context, workload.Image);
    }
}
