using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.SourceControl;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Images;

/// <summary>Builds an image, pushes it under every tag, and verifies what the registry serves.</summary>
internal sealed class ImagePublisher(DockerEnvironment? environment = null, TimeProvider? clock = null)
{
    private readonly DockerEnvironment _environment = environment ?? DockerEnvironment.Current;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>The publisher of a step; the step's redactor learns the credentials of the registry.</summary>
    public static ImagePublisher For(StepContext context) =>
        new(DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock);

    /// <summary>Builds and pushes an image.</summary>
    /// <exception cref="PublishException">Every error but the operator's cancellation; it carries the failed result
    /// with its checks.</exception>
    public async Task<PublishedImage> PublishAsync(ImagePlan plan, PublishRun run, CancellationToken ct)
    {
        var checks = new PublishChecks(_clock);
        var image = Unpublished(plan, run);
        var upload = new ImageUpload(plan, _environment, run);
        var builder = new ImageBuilder(plan, _environment, checks, upload, run.Reporter);
        try
        {
            image = image with { Source = await SourceReader.ReadAsync(plan.ContextFolder, plan.AllowDirty, ct) };
            await new RegistryAccess(_environment).VerifyAsync(plan.Repository, run.Reporter, ct);
            string? before = await FindLatestAsync(plan, ct);
            image = await builder.RunAsync(image, ct);
            image = await new RegistryVerification(_environment, checks).RunAsync(plan, image, ct);
            return checks.Complete(image) with { Unchanged = image.Digest == before };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw Failed(e, builder.Built ?? image, checks);
        }
        catch
        {
            run.Reporter.Warning($"The publish was stopped; {upload.Describe()}.");
            throw;
        }
    }

    /// <summary>Continues a publish whose first tag is in the registry: pushes the missing tags, and verifies all of them.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="digest">The digest of its first tag.</param>
    /// <param name="run">The run.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="PublishException">Every error but the operator's cancellation; it carries the failed result
    /// with its checks.</exception>
    public async Task<PublishedImage> ContinueAsync(ImagePlan plan, string digest, PublishRun run, CancellationToken ct)
    {
        var checks = new PublishChecks(_clock);
        var image = Unpublished(plan, run) with { Digest = digest };
        try
        {
            foreach (CheckDefinition definition in (CheckDefinition[])[CheckTable.ImageBuilt, CheckTable.ImageSize])
                checks.Add(definition, CheckOutcome.Skipped($"built and pushed as {digest} before the run was interrupted"));
            checks.Tags(plan, digest);
            checks.Begin();
            await new ImageUpload(plan, _environment, run).ContinueAsync(digest, ct);
            checks.Pushed(plan);
            image = await new RegistryVerification(_environment, checks).RunAsync(plan, image, ct);
            return checks.Complete(image);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw Failed(e, image, checks);
        }
    }

    /// <summary>Uses an image that the registry serves already, so that a pipeline continues without a build.</summary>
    public async Task<PublishedImage> UseAsync(Target target, string reference, string runId, CancellationToken ct)
    {
        var checks = new PublishChecks(_clock);
        ResolvedImage served = await ResolveAsync(target, reference, ct);
        foreach (CheckDefinition definition in CheckTable.For(StepKind.Publish).Except([CheckTable.ImageVisible, CheckTable.ImageManifest]))
            checks.Add(definition, CheckOutcome.Skipped($"not built: {reference} is used"));
        checks.Add(CheckTable.ImageVisible, CheckOutcome.Met($"{reference} → {served.Digest}").Compared(served.Digest, served.Digest));
        new RegistryVerification(_environment, checks).CheckManifest(target, served);
        return checks.Complete(new PublishedImage(target, runId, StepStatus.Failed, [])
        {
            Repository = served.Repository,
            Digest = served.Digest,
            Platforms = served.Platforms,
            CompressedSize = served.CompressedSize,
            Attestations = served.Attestations,
        });
    }

    /// <summary>The digest under which the registry serves an image now.</summary>
    /// <param name="target">The environment; a reference without a repository names an image of its repository.</param>
    /// <param name="reference">A full name, or only a tag or digest.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ResolvedImage> ResolveAsync(Target target, string reference, CancellationToken ct)
    {
        ImageReference parsed = target.Image is { } image
            ? ImageReference.Parse(reference, image.Repository)
            : ImageReference.Parse(reference);
        return await new ImageResolver(_environment).ResolveAsync(parsed, target.Image?.Platforms ?? [], ct);
    }

    private static PublishedImage Unpublished(ImagePlan plan, PublishRun run) => new(plan.Target, run.Id, StepStatus.Failed, [])
    {
        Repository = plan.Repository,
        Tags = plan.Tags.Select(tag => tag.Name).ToArray(),
    };

    private static PublishException Failed(Exception e, PublishedImage image, PublishChecks checks)
    {
        var error = UnexpectedError.From(e);
        checks.Fail(error);
        return new PublishException(error, image with { Status = StepStatus.Failed, Checks = checks.List($"not started: {error.Id}") })
        {
            Subject = error.Subject,
        };
    }

    private async Task<string?> FindLatestAsync(ImagePlan plan, CancellationToken ct)
    {
        if (plan.Tags.FirstOrDefault(tag => tag.Role == ImageTagRole.Latest) is not { } latest) return null;
        using var registry = new RegistryClient(ImageReference.Parse(plan.Repository), _environment);
        try
        {
            return await registry.FindDigestAsync(latest.Name, ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null; // the push reports the error; whether the image changed is unknown then
        }
    }
}
