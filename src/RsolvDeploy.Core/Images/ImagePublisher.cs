using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Images;

/// <summary>Builds an image, pushes it under every tag, and reads back what the registry serves.</summary>
internal sealed class ImagePublisher(DockerEnvironment? environment = null, TimeProvider? time = null)
{
    private readonly DockerEnvironment _environment = environment ?? DockerEnvironment.Current;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>What a publish would do; every tag made from the one instant. Looks at files only.</summary>
    /// <param name="target">The environment it is for.</param>
    /// <param name="phase">The phase of the project; null leaves out the tags that name it.</param>
    /// <param name="now">The one instant.</param>
    public static ImagePlan Plan(Target target, string? phase, DateTimeOffset now) => PublishPlanner.Plan(target, phase, now);

    /// <summary>Builds and pushes. A fault comes as <see cref="PublishException"/>, which carries the failed result with its checks.</summary>
    public async Task<PublishedImage> PublishAsync(ImagePlan plan, string runId, IReporter reporter, CancellationToken ct, RunLedger? ledger = null)
    {
        var checks = new PublishChecks(_time);
        var image = new PublishedImage(plan.Target, runId, StepStatus.Failed, [])
        {
            Repository = plan.Repository,
            Tags = [.. plan.Tags.Select(tag => tag.Name)],
        };
        var upload = new ImageUpload(plan, _environment, ledger, reporter);
        var building = new ImageBuilding(plan, _environment, checks, upload, reporter);
        try
        {
            image = image with { Source = await SourceReader.ReadAsync(plan.ContextFolder, plan.AllowDirty, ct) };
            string? before = await LatestAsync(plan, ct);
            image = await building.RunAsync(image, ct);
            image = await new ReadBack(_environment, checks).RunAsync(plan, image, ct);
            return image with { Unchanged = image.Digest == before, Status = checks.HasFailed ? StepStatus.Failed : StepStatus.Succeeded, Checks = checks.List() };
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            reporter.Warning($"The publish was stopped; {upload.Describe()}.");
            throw;
        }
        catch (DeployException fault)
        {
            checks.Fail(fault);
            throw new PublishException(fault, (building.Built ?? image) with { Checks = checks.List($"not started: {fault.Id}") }) { Subject = fault.Subject };
        }
    }

    /// <summary>Goes on with a publish whose first tag is in the registry: puts the tags there that are missing, and reads all back.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="digest">What was pushed under its first tag.</param>
    /// <param name="runId">The run.</param>
    /// <param name="reporter">Who is told.</param>
    /// <param name="ledger">Where each tag is recorded.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<PublishedImage> CompleteAsync(ImagePlan plan, string digest, string runId, IReporter reporter, RunLedger ledger, CancellationToken ct)
    {
        var checks = new PublishChecks(_time);
        foreach (CheckDefinition definition in (CheckDefinition[])[CheckTable.ImageBuilt, CheckTable.ImageSize])
            checks.Add(definition, CheckOutcome.Skipped($"built and pushed as {digest} before the run was interrupted"));
        checks.Tags(plan, digest);
        checks.Begin();
        await new ImageUpload(plan, _environment, ledger, reporter).CompleteAsync(digest, takenUp: true, ct);
        checks.Pushed(plan);
        var image = new PublishedImage(plan.Target, runId, StepStatus.Failed, []) { Repository = plan.Repository, Tags = [.. plan.Tags.Select(tag => tag.Name)], Digest = digest };
        image = await new ReadBack(_environment, checks).RunAsync(plan, image, ct);
        return image with { Status = checks.HasFailed ? StepStatus.Failed : StepStatus.Succeeded, Checks = checks.List() };
    }

    /// <summary>An image that is in the registry already, so that a pipe goes on without a build.</summary>
    public async Task<PublishedImage> UseAsync(Target target, string reference, string runId, CancellationToken ct)
    {
        var checks = new PublishChecks(_time);
        ResolvedImage served = await ResolveAsync(target, reference, ct);
        foreach (CheckDefinition definition in CheckTable.For(StepKind.Publish).Except([CheckTable.ImageVisible, CheckTable.ImageManifest]))
            checks.Add(definition, CheckOutcome.Skipped($"not built: {reference} is used"));
        checks.Add(CheckTable.ImageVisible, CheckOutcome.Met($"{reference} → {served.Digest}").Compared(ImageReference.Parse(served.Reference).Digest ?? served.Digest, served.Digest));
        new ReadBack(_environment, checks).CheckManifest(target, served);
        return new PublishedImage(target, runId, checks.HasFailed ? StepStatus.Failed : StepStatus.Succeeded, checks.List())
        {
            Repository = served.Repository,
            Digest = served.Digest,
            Platforms = served.Platforms,
            CompressedSize = served.CompressedSize,
            Attestations = served.Attestations,
        };
    }

    /// <summary>The digest under which the registry serves an image now.</summary>
    /// <param name="target">The environment whose repository is meant when the reference names none.</param>
    /// <param name="reference">A full name, or only a tag or digest of the target's repository.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<ResolvedImage> ResolveAsync(Target target, string reference, CancellationToken ct)
    {
        ImageReference parsed = target.Image is { } image ? ImageReference.Parse(reference, image.Repository) : ImageReference.Parse(reference);
        return await new ImageResolver(_environment).ResolveAsync(parsed, target.Image?.Platforms ?? [], ct);
    }

    private async Task<string?> LatestAsync(ImagePlan plan, CancellationToken ct)
    {
        if (plan.Tags.FirstOrDefault(tag => tag.Role == ImageTagRole.Latest) is not { } latest) return null;
        using var registry = new RegistryClient(ImageReference.Parse(plan.Repository), _environment);
        try
        {
            return await registry.FindDigestAsync(latest.Name, ct);
        }
        catch (DeployException)
        {
            return null; // the push will say what is wrong; that nothing changed is then not known
        }
    }
}
