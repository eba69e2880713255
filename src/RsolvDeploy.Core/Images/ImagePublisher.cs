using System.Globalization;
using Docker.DotNet.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;
using RsolvDeploy.Source;

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
    public async Task<PublishedImage> PublishAsync(ImagePlan plan, string runId, IReporter reporter, CancellationToken ct)
    {
        var checks = new PublishChecks(_time);
        var image = new PublishedImage(plan.Target, runId, StepStatus.Failed, [])
        {
            Repository = plan.Repository,
            Tags = [.. plan.Tags.Select(tag => tag.Name)],
        };
        try
        {
            using DockerEngine engine = await DockerEngine.ConnectAsync(DockerEndpoint.Resolve(plan.Target.Image?.Builder, _environment), ct);
            image = image with { Source = await SourceReading.ReadAsync(plan.ContextFolder, plan.AllowDirty, ct) };
            image = await BuildAsync(engine, plan, image, checks, reporter, ct);
            string? before = await LatestAsync(plan, ct);
            await PushAsync(engine, plan, checks, reporter, ct);
            image = await ReadBackAsync(engine, plan, image, checks, ct);
            image = image with { Unchanged = image.Digest == before };
            return image with { Status = checks.HasFailed ? StepStatus.Failed : StepStatus.Succeeded, Checks = checks.List() };
        }
        catch (DeployException fault)
        {
            checks.Fail(fault);
            throw new PublishException(fault, image with { Checks = checks.List($"Not come to: {fault.Id}.") }) { Subject = fault.Subject };
        }
    }

    /// <summary>An image that is in the registry already, so that a pipe goes on without a build.</summary>
    public async Task<PublishedImage> TakeAsync(Target target, string reference, string runId, CancellationToken ct)
    {
        var checks = new PublishChecks(_time);
        ResolvedImage served = await ResolveAsync(target, reference, ct);
        foreach (string id in (string[])["image.built", "image.tag.timestamp", "image.tag.phase", "image.tag.latest", "image.size", "image.pushed"])
            checks.Skip(id, $"not built: {reference} is used");
        checks.Pass("image.visible", $"{reference} → {served.Digest}");
        CheckManifest(target, served, checks);
        return new PublishedImage(target, runId, checks.HasFailed ? StepStatus.Failed : StepStatus.Succeeded, checks.List())
        {
            Repository = served.Repository,
            Digest = served.Digest,
            Platforms = served.Platforms,
            CompressedSize = served.CompressedSize,
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

    private static async Task<PublishedImage> BuildAsync(
        DockerEngine engine, ImagePlan plan, PublishedImage image, PublishChecks checks, IReporter reporter, CancellationToken ct)
    {
        IReadOnlyDictionary<string, string> arguments = plan.Target.Image?.Args ?? new Dictionary<string, string>();
        string evidence = await new ImageBuild(engine, plan, arguments, image.Source, reporter).RunAsync(ct);
        ImageInspectResponse built = await engine.AskAsync(client => client.Images.InspectImageAsync(plan.References[0], ct), ct);
        checks.Pass("image.built", $"{Short(built.ID)}: {evidence}{Describe(image.Source)}");

        checks.Begin();
        await TagAsync(engine, plan, built.ID, checks, ct);
        checks.Begin();
        await CheckSizeAsync(engine, plan, built, checks, ct);
        return image with { ImageId = built.ID, Size = built.Size };
    }

    private static async Task TagAsync(DockerEngine engine, ImagePlan plan, string imageId, PublishChecks checks, CancellationToken ct)
    {
        foreach (ImageTag tag in plan.Tags.Skip(1))
            await engine.AskAsync(client => client.Images.TagImageAsync(imageId, new ImageTagParameters { RepositoryName = plan.Repository, Tag = tag.Name }, ct), ct);
        foreach (ImageTagRole role in Enum.GetValues<ImageTagRole>())
        {
            string id = $"image.tag.{role.ToString().ToLowerInvariant()}";
            List<string> names = [.. plan.Tags.Where(tag => tag.Role == role).Select(tag => tag.Name)];
            if (names.Count > 0)
                checks.Pass(id, string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names)} → {Short(imageId)}, instant {plan.Instant.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
            else
                checks.Skip(id, role == ImageTagRole.Phase ? "No phase was given." : "The target's tags have none of this kind.");
        }
    }

    private static async Task CheckSizeAsync(DockerEngine engine, ImagePlan plan, ImageInspectResponse built, PublishChecks checks, CancellationToken ct)
    {
        long size = built.Size;
        if (plan.Target.Image?.MaxSize is not { } limit)
        {
            checks.Pass("image.size", $"{ByteSize.Show(size)}; no limit is configured", null, ByteSize.Show(size));
            return;
        }

        if (size <= limit)
        {
            checks.Pass("image.size", $"{ByteSize.Show(size)} of {ByteSize.Show(limit)}", ByteSize.Show(limit), ByteSize.Show(size));
            return;
        }

        string largest = await LargestAsync(engine, built.ID, ct);
        const string Remedy = "Make the image smaller (a multi-stage build, .dockerignore, a smaller base), or raise image.maxSize.";
        checks.Fail("image.size", $"{ByteSize.Show(size)} is above {ByteSize.Show(limit)}; nothing was pushed{largest}", ByteSize.Show(limit), ByteSize.Show(size), Remedy);
        throw new DeployException(
            "ImageTooLarge",
            FaultCategory.LimitsExceeded,
            $"The image {plan.References[0]} has {ByteSize.Show(size)}; the limit is {ByteSize.Show(limit)}. Nothing was pushed{largest}.",
            Remedy)
        { Subject = plan.References[0] };
    }

    private static async Task<string> LargestAsync(DockerEngine engine, string id, CancellationToken ct)
    {
        IList<ImageHistoryResponse> layers = await engine.AskAsync(client => client.Images.GetImageHistoryAsync(id, ct), ct);
        List<string> largest = [.. layers.Where(layer => layer.Size > 0).OrderByDescending(layer => layer.Size).Take(3).Select(layer => $"{ByteSize.Show(layer.Size)} by '{Step(layer.CreatedBy)}'")];
        return largest.Count == 0 ? "" : $"; its biggest layers: {string.Join(", ", largest)}";
    }

    private static string Step(string createdBy) => createdBy.Length > 60 ? createdBy[..60] + "…" : createdBy;

    private static string Describe(ImageSource? source) => source is null
        ? ""
        : $"; commit {source.Commit[..10]}{(source.Uncommitted > 0 ? $" with {source.Uncommitted} files that are in no commit (-AllowDirty)" : "")}";

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

    private async Task PushAsync(DockerEngine engine, ImagePlan plan, PublishChecks checks, IReporter reporter, CancellationToken ct)
    {
        checks.Begin();
        var repository = ImageReference.Parse(plan.Repository);
        RegistryCredential? credential = await new RegistryCredentials(_environment).FindAsync(repository.Host, ct);
        AuthConfig? authorization = credential is null ? null : new AuthConfig
        {
            Username = credential.Username,
            Password = credential.Password,
            IdentityToken = credential.IdentityToken,
            ServerAddress = repository.Host,
        };
        var push = new ImagePush(engine, plan.Repository, authorization, reporter);
        foreach (ImageTag tag in plan.Tags) await push.RunAsync(tag.Name, ct);
        checks.Pass("image.pushed", $"{string.Join(", ", plan.References)}{(credential is null ? "" : $" as {credential}")}");
    }

    private async Task<PublishedImage> ReadBackAsync(DockerEngine engine, ImagePlan plan, PublishedImage image, PublishChecks checks, CancellationToken ct)
    {
        checks.Begin();
        var first = ImageReference.Parse(plan.References[0]);
        ResolvedImage served = await new ImageResolver(_environment).ResolveAsync(first, plan.Target.Image?.Platforms ?? [], ct);
        ImageInspectResponse pushed = await engine.AskAsync(client => client.Images.InspectImageAsync(plan.References[0], ct), ct);
        List<string> known = [.. (pushed.RepoDigests ?? []).Where(d => d.StartsWith($"{plan.Repository}@", StringComparison.Ordinal)).Select(d => d[(plan.Repository.Length + 1)..])];
        string expected = known.Count == 0 || known.Contains(served.Digest) ? served.Digest : known[^1];

        using var registry = new RegistryClient(first, _environment);
        var digests = new Dictionary<string, string?>();
        foreach (ImageTag tag in plan.Tags) digests[tag.Name] = await registry.FindDigestAsync(tag.Name, ct);
        string shown = string.Join(", ", digests.Select(d => $"{d.Key} → {d.Value ?? "(none)"}"));
        if (digests.Values.All(digest => digest == expected)) checks.Pass("image.visible", shown, expected, expected);
        else checks.Fail("image.visible", shown, expected, string.Join(", ", digests.Values.Distinct()), "Someone moved a tag meanwhile, or a proxy serves an old one: publish again.");

        checks.Begin();
        CheckManifest(plan.Target, served, checks);
        return image with { Digest = served.Digest, Platforms = served.Platforms, CompressedSize = served.CompressedSize };
    }

    private static void CheckManifest(Target target, ResolvedImage served, PublishChecks checks)
    {
        string actual = $"{string.Join(", ", served.Platforms)} ({served.MediaType})";
        IReadOnlyList<string> wanted = target.Image?.Platforms ?? [];
        bool isImage = RegistryManifest.Accepted.Contains(served.MediaType) && served.Platforms.Count > 0;
        if (isImage && wanted.All(served.Platforms.Contains))
            checks.Pass("image.manifest", actual, wanted.Count == 0 ? null : string.Join(", ", wanted), string.Join(", ", served.Platforms));
        else
            checks.Fail("image.manifest", actual, string.Join(", ", wanted), string.Join(", ", served.Platforms), "Build for the platforms of image.platforms, on an engine that offers them.");
    }

    private static string Short(string id) => id.Length > 19 ? id[..19] : id;
}
