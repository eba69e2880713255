using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
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
            var running = await ProvenImage.ReadAsync(
                context.Cluster, context.Target, DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock, ct);
            if (running.Reference is null) context.Reporter.Warning($"No image is recorded as validated: {running.Evidence}");
            return running.Reference;
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
