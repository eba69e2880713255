using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Images;

/// <summary>Tags the image of another environment for this one without a build, and copies it where the registries differ.</summary>
internal sealed class ImagePromoter(DockerEnvironment environment, TimeProvider clock)
{
    /// <summary>Promotes it.</summary>
    /// <param name="plan">The tags to set.</param>
    /// <param name="source">The image.</param>
    /// <param name="reason">Why it is promoted without a validation; null when it was validated.</param>
    /// <param name="run">The run.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="PublishException">Every error but the operator's cancellation; it carries the failed result.</exception>
    public async Task<PublishedImage> PromoteAsync(
        ImagePlan plan, PromotionSource source, string? reason, PublishRun run, CancellationToken ct)
    {
        var checks = new PublishChecks(clock);
        var image = new PublishedImage(plan.Target, run.Id, StepStatus.Failed, [])
        {
            Repository = plan.Repository,
            Tags = plan.Tags.Select(tag => tag.Name).ToArray(),
            PromotedFrom = source.Image,
        };
        try
        {
            checks.Add(CheckTable.ImagePromoted, source.Validation is not null
                ? CheckOutcome.Met(source.Describe())
                : CheckOutcome.Warning(
                    $"{source.Describe()}, promoted for a reason: {reason}", "Validate the image before the next deployment."));
            if (source.Attested is { } attested) checks.Add(CheckTable.ImageAttested, attested);
            foreach (var definition in (CheckDefinition[])[CheckTable.ImageBuilt, CheckTable.ImageSize])
                checks.Add(definition, CheckOutcome.Skipped($"not built: promoted from {source.Target.Name}"));
            var from = ImageReference.Parse(source.Image);
            var to = ImageReference.Parse(plan.Repository);
            checks.Tags(plan, source.Image);
            checks.Begin();
            var how = from.Repository == to.Repository ? ", in the same repository" : await CopyAsync(from, to, run, ct);
            var digest = await new ImageUpload(plan, environment, run).PromoteAsync(from.Digest!, ct);
            checks.Pushed(plan, how);
            image = await new RegistryVerification(environment, checks).RunAsync(plan, image with { Digest = digest }, ct);
            return checks.Complete(image);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            checks.Fail(error);
            throw new PublishException(error, image with { Status = StepStatus.Failed, Checks = checks.List($"not started: {error.Id}") })
            {
                Subject = error.Subject,
            };
        }
    }

    private async Task<string> CopyAsync(ImageReference from, ImageReference to, PublishRun run, CancellationToken ct)
    {
        using var copy = new RegistryCopy(from, to, environment, run.Reporter);
        var what = $"copy {from} to {to.Repository}";
        if (run.Ledger is null) await copy.RunAsync(from.Digest!, ct);
        else await run.Ledger.DoAsync(what, () => copy.RunAsync(from.Digest!, ct), digest => new ChangeFacts { Digest = digest });
        return $", copied from {from.Repository}: {copy.Describe()}";
    }
}
