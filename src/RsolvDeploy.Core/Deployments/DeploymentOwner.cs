using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments;

/// <summary>The image of a Deployment and the run that set it.</summary>
/// <param name="Image">The image; null when the container does not exist.</param>
/// <param name="RunId">The run that set it; null when no run of this module did.</param>
/// <param name="ByThisRun">Whether the resumed run set it.</param>
/// <param name="IsRollback">Whether it was set by a rollback.</param>
internal sealed record DeploymentOwner(string? Image, string? RunId, bool ByThisRun, bool IsRollback)
{
    /// <summary>Reads it from the Deployment.</summary>
    public static async Task<DeploymentOwner> ReadAsync(StepContext context, Target target, CancellationToken ct)
    {
        var deployment = await context.Cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        var cause = deployment.At("metadata", "annotations", DeploymentAnnotations.ChangeCause).Text() ?? "";
        var runId = deployment.At("metadata", "annotations", DeploymentAnnotations.RunId).Text();
        return new DeploymentOwner(
            PodTemplate.Image(PodTemplate.Of(deployment), DeploymentReader.Container(deployment, target)),
            runId,
            runId == context.RunId,
            cause.StartsWith($"RsolvDeploy run {context.RunId}: back to ", StringComparison.Ordinal));
    }

    /// <summary>The error when the image is neither the previous one nor the intended one.</summary>
    public DeployException ChangedByOthers(StepContext context, string wanted)
    {
        var by = RunId is null ? "an unknown writer" : ByThisRun ? "this run" : $"run {RunId}";
        return UncertainStep.Error(
            $"{context.Target.Namespace}/{context.Target.Deployment} has image {Image}, set by {by}, but the run intended {wanted}: "
                + "the Deployment was changed since.",
            context.RunId);
    }
}
