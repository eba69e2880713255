using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images;

/// <summary>Reads back from the registry what was pushed: every tag, the manifest's kind and platforms, and on GHCR the package's version.</summary>
internal sealed class RegistryVerification(DockerEnvironment environment, PublishChecks checks)
{
    public async Task<PublishedImage> RunAsync(ImagePlan plan, PublishedImage image, CancellationToken ct)
    {
        checks.Begin();
        string expected = image.Digest!;
        var first = ImageReference.Parse(plan.References[0]);
        ResolvedImage served = await new ImageResolver(environment).ResolveAsync(first with { Digest = expected }, plan.Target.Image?.Platforms ?? [], ct);
        using var registry = new RegistryClient(first, environment);
        var digests = await Task.WhenAll(plan.Tags.Select(async tag => (tag.Name, Digest: await registry.FindDigestAsync(tag.Name, ct))));
        string shown = string.Join(", ", digests.Select(d => $"{d.Name} → {d.Digest ?? "(none)"}"));
        if (digests.Any(d => d.Digest != expected))
            checks.Fail("image.visible", shown, expected, string.Join(", ", digests.Select(d => d.Digest).Distinct()), "Someone moved a tag meanwhile, or a proxy serves an old one: publish again.");
        else if (first.Host == GitHubPackages.RegistryHost)
            await LookAtPackageAsync(first, shown, expected, ct);
        else
            checks.Pass("image.visible", shown, expected, expected);

        checks.Begin();
        CheckManifest(plan.Target, served);
        if (image.Size > 0)
        {
            // The same box again, now that the registry tells the other size too.
            string both = $"{ByteSize.Format(image.Size)} ({ByteSize.Format(served.CompressedSize)} compressed)";
            await new ImageSizeLimit(checks, plan.Target.Image?.MaxSize).CheckAsync(plan.References[0], image.Size, both, "it was pushed", () => Task.FromResult(""));
        }

        return image with { Digest = served.Digest, Platforms = served.Platforms, CompressedSize = served.CompressedSize, Attestations = served.Attestations };
    }

    /// <summary>Ticks the box <c>image.manifest</c>.</summary>
    public void CheckManifest(Target target, ResolvedImage served)
    {
        string attested = served.Attestations.Count == 0 ? "" : $", attested: {string.Join(", ", served.Attestations)}";
        string actual = $"{string.Join(", ", served.Platforms)} ({served.MediaType}{attested})";
        IReadOnlyList<string> wanted = target.Image?.Platforms ?? [];
        bool isImage = RegistryManifest.Accepted.Contains(served.MediaType) && served.Platforms.Count > 0;
        if (isImage && wanted.All(served.Platforms.Contains))
            checks.Pass("image.manifest", actual, wanted.Count == 0 ? null : string.Join(", ", wanted), string.Join(", ", served.Platforms));
        else
            checks.Fail("image.manifest", actual, string.Join(", ", wanted), string.Join(", ", served.Platforms), "Build for the platforms of image.platforms, on an engine that offers them.");
    }

    // The registry has shown the digest already; that its list cannot be read is worth a look, and no reason to fail.
    private async Task LookAtPackageAsync(ImageReference repository, string shown, string digest, CancellationToken ct)
    {
        try
        {
            using var packages = new GitHubPackages(repository, environment);
            if (await packages.FindAsync(digest, ct) is { } version)
                checks.Pass("image.visible", $"{shown}; package version {version.Id} on GitHub ({string.Join(", ", version.Tags)})", digest, digest);
            else
                checks.Warn("image.visible", $"{shown}; GitHub lists no version of the package with this digest yet", "Look at the package's page on GitHub.");
        }
        catch (DeployException fault)
        {
            checks.Warn("image.visible", $"{shown}; {fault.Id}: {fault.Message}", fault.Remedy);
        }
    }
}
