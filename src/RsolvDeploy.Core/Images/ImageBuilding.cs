using Docker.DotNet.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images;

/// <summary>Builds an image and brings it into the registry: by the engine's API, or by <c>docker buildx</c> where that is not enough.</summary>
internal sealed class ImageBuilding(ImagePlan plan, DockerEnvironment environment, PublishChecks checks, ImageUpload upload, IReporter reporter)
{
    private readonly ImageSettings _settings = plan.Target.Image!;

    /// <summary>What was built, whatever became of the push; null while nothing was.</summary>
    public PublishedImage? Built { get; private set; }

    /// <summary>Builds and pushes; the result carries the digest that was pushed.</summary>
    public async Task<PublishedImage> RunAsync(PublishedImage image, CancellationToken ct)
    {
        var endpoint = DockerEndpoint.Resolve(_settings.Builder, environment);
        if (BuildxRequirements.IsIndex(_settings)) return await BuildIndexAsync(endpoint, image, ct);
        using DockerEngine engine = await DockerEngine.ConnectAsync(endpoint, ct);
        string evidence = BuildxRequirements.For(_settings).Count > 0
            ? (await new BuildxBuild(endpoint, plan, image.Source, environment, reporter).RunAsync(ct)).Evidence
            : await new ImageBuild(engine, plan, _settings.Args, image.Source, reporter, classic: environment.WantsClassicBuilder).RunAsync(ct);
        ImageInspectResponse built = await engine.AskAsync(client => client.Images.InspectImageAsync(plan.References[0], ct), ct);
        checks.Add(CheckTable.ImageBuilt, CheckOutcome.Met($"{Short(built.ID)}: {evidence}{Describe(image.Source)}"));

        checks.Begin();
        foreach (ImageTag tag in plan.Tags.Skip(1))
            await engine.AskAsync(client => client.Images.TagImageAsync(built.ID, new ImageTagParameters { RepositoryName = plan.Repository, Tag = tag.Name }, ct), ct);
        checks.Tags(plan, Short(built.ID));
        checks.Begin();
        await new ImageSize(checks, _settings.MaxSize).JudgeAsync(plan.References[0], built.Size, ByteSize.Show(built.Size), "nothing was pushed", () => LargestAsync(engine, built.ID, ct));
        Built = image = image with { ImageId = built.ID, Size = built.Size };

        checks.Begin();
        RegistryCredential? credential = await new RegistryCredentials(environment).FindAsync(ImageReference.Parse(plan.Repository).Host, ct);
        var push = new ImagePush(engine, plan.Repository, Authorize(credential), reporter);
        image = image with { Digest = await upload.RunAsync(token => push.RunAsync(plan.Tags[0].Name, token), ct) };
        checks.Pushed(plan, credential is null ? "" : $" as {credential}");
        return image;
    }

    // An engine keeps no index, so buildx pushes it under the first tag; the others follow when its size is right.
    private async Task<PublishedImage> BuildIndexAsync(DockerEndpoint endpoint, PublishedImage image, CancellationToken ct)
    {
        BuildxBuild.Result built = null!;
        string? sent = await upload.RecordAsync($"build and push {plan.References[0]}", async () => (built = await new BuildxBuild(endpoint, plan, image.Source, environment, reporter).RunAsync(ct)).Digest);
        string digest = sent ?? throw new DeployException(
            "PushFailed", FaultCategory.ProtocolError, $"buildx does not say under which digest it pushed {plan.References[0]}.", "Update the buildx plugin of the docker program.")
        { Subject = plan.References[0] };
        checks.Add(CheckTable.ImageBuilt, CheckOutcome.Met($"{Short(digest)}: {built.Evidence}{Describe(image.Source)}"));
        checks.Tags(plan, Short(digest));
        checks.Begin();
        ResolvedImage served = await new ImageResolver(environment).ResolveAsync(ImageReference.Parse($"{plan.Repository}@{digest}"), _settings.Platforms, ct);
        await new ImageSize(checks, _settings.MaxSize).JudgeAsync(
            plan.References[0], served.CompressedSize, $"{ByteSize.Show(served.CompressedSize)} compressed", $"only {plan.Tags[0].Name} was pushed",
            () => Task.FromResult(ImageSize.Largest(served.Layers.Select(layer => (layer.Size, layer.Digest)))));
        string pushed = await upload.CompleteAsync(digest, takenUp: false, ct);
        checks.Pushed(plan, " by buildx");
        return image with { Digest = pushed };
    }

    private AuthConfig? Authorize(RegistryCredential? credential) => credential is null ? null : new AuthConfig
    {
        Username = credential.Username,
        Password = credential.Password,
        IdentityToken = credential.IdentityToken,
        ServerAddress = ImageReference.Parse(plan.Repository).Host,
    };

    private static async Task<string> LargestAsync(DockerEngine engine, string id, CancellationToken ct)
    {
        IList<ImageHistoryResponse> layers = await engine.AskAsync(client => client.Images.GetImageHistoryAsync(id, ct), ct);
        return ImageSize.Largest(layers.Select(layer => (layer.Size, layer.CreatedBy)));
    }

    private static string Describe(ImageSource? source) => source is null
        ? ""
        : $"; commit {source.Commit[..10]}{(source.Uncommitted > 0 ? $" with {source.Uncommitted} files that are in no commit (-AllowDirty)" : "")}";

    private static string Short(string id) => id.Length > 19 ? id[..19] : id;
}
