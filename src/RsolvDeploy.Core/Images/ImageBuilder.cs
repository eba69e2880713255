using Docker.DotNet.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images;

/// <summary>Builds an image and pushes it: by the engine's API, or by <c>docker buildx</c> where the API cannot do it.</summary>
internal sealed class ImageBuilder(
    ImagePlan plan, DockerEnvironment environment, PublishChecks checks, ImageUpload upload, IReporter reporter)
{
    private readonly ImageSettings _settings = plan.Target.Image!;

    /// <summary>The image once it is built, even when the push fails; null before.</summary>
    public PublishedImage? Built { get; private set; }

    /// <summary>Builds and pushes; the result has the pushed digest.</summary>
    public async Task<PublishedImage> RunAsync(PublishedImage image, CancellationToken ct)
    {
        var endpoint = DockerEndpoint.For(plan.Target, environment);
        if (BuildxRequirements.IsIndex(_settings)) return await BuildIndexAsync(endpoint, image, ct);
        using DockerEngine engine = await DockerEngine.ConnectAsync(endpoint, environment.Time, ct);
        // A builder that is named has a BuildKit of its own; the classic builder knows no --chmod, and fails.
        if (_settings.Buildx is null && !environment.WantsClassicBuilder) BuildFault.RefuseIgnored(plan, engine.Version);
        string evidence = BuildxRequirements.For(_settings).Count > 0
            ? (await new BuildxBuild(endpoint, plan, image.Source, environment, reporter).RunAsync(ct)).Evidence
            : await new ImageBuild(engine, plan, image.Source, reporter) { IsClassic = environment.WantsClassicBuilder }.RunAsync(ct);
        ImageInspectResponse built = await engine.AskAsync(
            (client, token) => client.Images.InspectImageAsync(plan.References[0], token), ct);
        checks.Add(CheckTable.ImageBuilt, CheckOutcome.Met($"{Short(built.ID)}: {evidence}{Describe(image.Source)}{Dockerfile}"));

        checks.Begin();
        foreach (ImageTag tag in plan.Tags.Skip(1))
        {
            await engine.AskAsync(
                async (client, token) =>
                {
                    await client.Images.TagImageAsync(
                        built.ID, new ImageTagParameters { RepositoryName = plan.Repository, Tag = tag.Name }, token);
                    return true;
                },
                ct);
        }

        checks.Tags(plan, Short(built.ID));
        checks.Begin();
        await new ImageSizeLimit(checks, _settings.MaxSize).CheckAsync(
            plan.References[0], built.Size, ByteSize.Format(built.Size), "nothing was pushed", () => LargestAsync(engine, built.ID, ct));
        Built = image = image with { ImageId = built.ID, Size = built.Size };

        checks.Begin();
        var reference = ImageReference.Parse(plan.Repository);
        var (credential, _) = await new RegistryCredentials(environment).FindAsync(reference.Host, reference.Path, ct);
        var push = new ImagePush(engine, plan.Repository, Authorize(credential), reporter);
        Built = image = image with { Digest = await upload.RunAsync(built.ID, push.RunAsync, ct) };
        checks.Pushed(plan, credential is null ? "" : $" as {credential}");
        return image;
    }

    // An engine stores no index, so buildx pushes it under the first tag. The other tags follow when its size is within the limit.
    private async Task<PublishedImage> BuildIndexAsync(DockerEndpoint endpoint, PublishedImage image, CancellationToken ct)
    {
        BuildxBuild.Result built = null!;
        string? sent = await upload.RecordAsync(
            $"build and push {plan.References[0]}",
            async () => (built = await new BuildxBuild(endpoint, plan, image.Source, environment, reporter).RunAsync(ct)).Digest);
        string digest = sent ?? await FindPushedAsync(ct) ?? throw new DeployException(
            "PushFailed",
            FaultCategory.ProtocolError,
            $"buildx reported no digest for the push of {plan.References[0]}.",
            "Update the buildx plugin of the docker program.")
        { Subject = plan.References[0] };
        checks.Add(CheckTable.ImageBuilt, CheckOutcome.Met($"{Short(digest)}: {built.Evidence}{Describe(image.Source)}{Dockerfile}"));
        checks.Tags(plan, Short(digest));
        checks.Begin();
        ResolvedImage served = await new ImageResolver(environment).ResolveAsync(
            ImageReference.Parse($"{plan.Repository}@{digest}"), _settings.Platforms, ct);
        await new ImageSizeLimit(checks, _settings.MaxSize).CheckAsync(
            plan.References[0], served.CompressedSize, $"{ByteSize.Format(served.CompressedSize)} compressed",
            $"only {plan.Tags[0].Name} was pushed",
            () => Task.FromResult(ImageSizeLimit.Largest(served.Layers.Select(layer => (layer.Size, layer.Digest)))));
        Built = image = image with { Digest = await upload.TagAsync(digest, ct) };
        checks.Pushed(plan, " by buildx");
        return image;
    }

    private async Task<string?> FindPushedAsync(CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(plan.Repository), environment);
        return await registry.FindDigestAsync(plan.Tags[0].Name, ct);
    }

    private AuthConfig? Authorize(RegistryCredential? credential) => credential is null ? null : new AuthConfig
    {
        Username = credential.Username,
        Password = credential.Password,
        IdentityToken = credential.IdentityToken,
        RegistryToken = credential.AccessToken,
        ServerAddress = ImageReference.Parse(plan.Repository).Host,
    };

    private static async Task<string> LargestAsync(DockerEngine engine, string id, CancellationToken ct)
    {
        IList<ImageHistoryResponse> layers = await engine.AskAsync(
            (client, token) => client.Images.GetImageHistoryAsync(id, token), ct);
        return ImageSizeLimit.Largest(layers.Select(layer => (layer.Size, layer.CreatedBy)));
    }

    private string Dockerfile => plan.DockerfileText is { } text ? $"; {plan.Dockerfile}, {text.Digest}" : "";

    private static string Describe(ImageSource? source) => source is null
        ? ""
        : $"; commit {source.Commit[..10]}{(source.Uncommitted > 0 ? $" with {source.Uncommitted} uncommitted files (-AllowDirty)" : "")}";

    private static string Short(string id) => id.Length > 19 ? id[..19] : id;
}
