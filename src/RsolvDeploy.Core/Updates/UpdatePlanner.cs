using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Updates;

/// <summary>Plans an update; changes nothing.</summary>
internal static class UpdatePlanner
{
    /// <summary>Reads the Deployment and determines what setting the image changes.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="image">The image, by digest.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Errors.DeployException">The target is protected, the Deployment is missing or paused, or a
    /// container is missing.</exception>
    public static async Task<UpdatePlan> PlanAsync(ClusterClient cluster, Target target, string image, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var deployment = await cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        if (target.Main.Kind == WorkloadKind.Deployment) DeploymentReader.RefusePaused(deployment, target);
        var container = DeploymentReader.Container(deployment, target);
        var previous = PodTemplate.Image(PodTemplate.Of(deployment), container) ?? "";
        var revision = await WorkloadRevisions.CurrentAsync(cluster, target, deployment, ct);
        var plan = new UpdatePlan(target, container, image, previous, revision, deployment)
        {
            AdditionalContainers = DeploymentReader.AlsoContainers(deployment, target),
        };
        return target.Kustomize is { } overlay
            ? plan with { Overlay = await OverlayPlanner.PlanAsync(cluster, target, overlay, plan, ct) }
            : plan.ChangesNothing ? plan
            : plan with { Admission = await AdmissionPreview.ReadAsync(cluster, plan, ct) };
    }
}
