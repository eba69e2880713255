using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments;

/// <summary>Which image a Deployment names, and which run set it.</summary>
/// <param name="Image">The image; null when the container is not there.</param>
/// <param name="RunId">The run that set it; null when no run of this module did.</param>
/// <param name="ByThisRun">Whether it is the run that is asked about.</param>
/// <param name="IsRollback">Whether it was set by a rollback.</param>
internal sealed record DeploymentOwner(string? Image, string? RunId, bool ByThisRun, bool IsRollback)
{
    /// <summary>Reads it from the Deployment.</summary>
    public static async Task<DeploymentOwner> ReadAsync(StepContext context, CancellationToken ct)
    {
        var target = context.Target;
        var deployment = await context.Cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var cause = deployment.At("metadata", "annotations", DeploymentAnnotations.ChangeCause).Text() ?? "";
        var runId = deployment.At("metadata", "annotations", DeploymentAnnotations.RunId).Text();
        return new DeploymentOwner(
            PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)),
            runId,
            runId == context.RunId,
            cause.StartsWith($"RsolvDeploy run {context.RunId}: back to ", StringComparison.Ordinal));
    }

    /// <summary>The error when the image is neither the one from before nor the one that the run meant.</summary>
    public DeployException ChangedByOthers(StepContext context, string wanted)
    {
        var by = RunId is null ? "an unknown writer" : ByThisRun ? "this run" : $"run {RunId}";
        return UncertainStep.Error(
            $"{context.Target.Namespace}/{context.Target.Deployment} names {Image}, set by {by}; the run meant {wanted}: it was changed since.", context.RunId);
    }
}
