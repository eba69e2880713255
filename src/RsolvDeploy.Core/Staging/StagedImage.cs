using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Identity;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>The image that staging runs: by the digest of its pod template, proven in its pods.</summary>
internal sealed class StagedImage(StepContext context)
{
    /// <summary>Reads it.</summary>
    /// <returns>The image, <c>repository@sha256:…</c>; null, with a warning, when it is not proven.</returns>
    public async Task<string?> ReadAsync(CancellationToken ct)
    {
        try
        {
            var target = context.Target;
            var workload = await context.Cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
            var container = DeploymentReader.Container(workload, target);
            var image = PodTemplate.Image(PodTemplate.Of(workload), container) ?? "";
            if (ImageDigest.From(image) is null) image = (await new ImagePublisher().ResolveAsync(target, image, ct)).Reference;
            var (pods, _) = await OwnedPods.From(context.Cluster, workload.ReadAs<V1Deployment>()).ListAsync(ct);
            var live = pods
                .Select(pod => pod.ReadAs<V1Pod>())
                .Where(pod => !PodReader.IsTerminating(pod) && !PodReader.HasEnded(pod))
                .ToList();
            var running = RunningImage.Create(live, [(container, image)]);
            if (running.Count == 0)
            {
                context.Reporter.Warning($"{target.Namespace}/{target.Deployment} has no pod, so that no image is recorded as validated.");
                return null;
            }

            var proof = await new RunningImageCheck(context.Cluster, DockerEnvironment.Current, context.Clock).EvaluateAsync(running, ct);
            if (proof.Result == CheckResult.Met) return image;
            context.Reporter.Warning($"No image is recorded as validated: {proof.Evidence}");
            return null;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"The image of staging is not known, so that none is recorded as validated: {error.Message}");
            return null;
        }
    }

    /// <summary>Records in the history of staging that an image was validated there.</summary>
    /// <param name="image">The image.</param>
    /// <param name="run">The run of the workflow.</param>
    /// <param name="ct">Cancels.</param>
    public async Task RecordAsync(string image, WorkflowRun run, CancellationToken ct)
    {
        try
        {
            context.RecordWrites();
            var now = context.Clock.GetUtcNow();
            await new ReleaseHistory(context.Cluster, context.Target).MarkValidatedAsync(
                new Release(image, now)
                {
                    Status = StepStatus.Succeeded,
                    By = RunLedger.Actor,
                    RunId = context.RunId,
                    Reason = "deployed by other means; found when it was validated",
                },
                new ReleaseValidation(now, RunLedger.Actor, run.Url),
                ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"The history does not record that the image was validated: {error.Message} {error.Remedy}");
        }
    }
}
