using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Holds that a run rolls back its own release only, and not the one that somebody deployed since.</summary>
internal static class OwnRelease
{
    /// <summary>Refuses a rollback when the release that runs is not of this run.</summary>
    /// <param name="context">The context of the rollback.</param>
    /// <param name="deployed">The image that the run deployed; null when it is not known.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>ReleaseReplaced</c>; nothing was written.</exception>
    public static async Task RequireAsync(StepContext context, string? deployed, CancellationToken ct)
    {
        var target = context.Target.For(context.Target.Main);
        var workload = await context.Cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        var image = PodTemplate.Image(PodTemplate.Of(workload), DeploymentReader.Container(workload, target));
        var runId = workload.At("metadata", "annotations", DeploymentAnnotations.RunId).Text();
        if (runId == context.RunId && (deployed is null || ImageDigest.IsSame(image, deployed))) return;
        throw new DeployException("ReleaseReplaced", FaultCategory.InvalidOperation,
            $"{target.Namespace}/{target.Deployment} runs {image}, set by {By(context, runId)}. "
                + "The run rolls back only its own release, and nothing was written.",
            $"Look at the release that runs: Get-RsolvDeployment {target.Name}; Undo-RsolvDeployment {target.Name} rolls it back.")
        { Subject = target.Deployment };
    }

    private static string By(StepContext context, string? runId) =>
        runId is null || runId == context.RunId ? "another writer" : $"run {runId}";
}
