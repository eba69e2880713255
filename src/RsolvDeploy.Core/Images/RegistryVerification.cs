using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images;

/// <summary>
/// Verifies in the registry what was pushed: every tag, the manifest's type and platforms, and on GHCR the package's version.
/// </summary>
internal sealed class RegistryVerification(DockerEnvironment environment, PublishChecks checks)
{
    /// <summary>Verifies it; the result has what the registry serves.</summary>
    public async Task<PublishedImage> RunAsync(ImagePlan plan, PublishedImage image, CancellationToken ct)
    {
        checks.Begin();
        string expected = image.Digest!;
        var first = ImageReference.Parse(plan.References[0]);
        ResolvedImage served = await new ImageResolver(environment).ResolveAsync(
            first with { Digest = expected }, plan.Target.Image?.Platforms ?? [], ct);
        using var registry = new RegistryClient(first, environment);
        var digests = await Task.WhenAll(plan.Tags.Select(async tag => (tag.Name, Digest: await registry.FindDigestAsync(tag.Name, ct))));
        string shown = string.Join(", ", digests.Select(d => $"{d.Name} → {d.Digest ?? "(none)"}"));
        if (digests.Any(d => d.Digest != expected))
        {
            string there = string.Join(", ", digests.Select(d => d.Digest ?? "none").Distinct());
            checks.Add(CheckTable.ImageVisible, CheckOutcome.NotMet(
                shown, "Someone moved a tag meanwhile, or a proxy serves an old one: publish again.").Compared(expected, there));
        }
        else if (first.Host == GitHubPackages.RegistryHost)
        {
            await FindPackageAsync(first, shown, expected, ct);
        }
        else
        {
            checks.Add(CheckTable.ImageVisible, CheckOutcome.Met(shown).Compared(expected, expected));
        }

        checks.Begin();
        CheckManifest(plan.Target, served);
        if (image.Size > 0)
        {
            // The same check again, now that the registry shows the other size too.
            string both = $"{ByteSize.Format(image.Size)} ({ByteSize.Format(served.CompressedSize)} compressed)";
            await new ImageSizeLimit(checks, plan.Target.Image?.MaxSize)
                .CheckAsync(plan.References[0], image.Size, both, "it was pushed", () => Task.FromResult(""));
        }

        return image with
        {
            Digest = served.Digest,
            Platforms = served.Platforms,
            CompressedSize = served.CompressedSize,
            Attestations = served.Attestations,
        };
    }

    /// <summary>Makes the check <c>image.manifest</c>.</summary>
    public void CheckManifest(Target target, ResolvedImage served)
    {
        string attested = served.Attestations.Count == 0 ? "" : $", attested: {string.Join(", ", served.Attestations)}";
        string actual = $"{string.Join(", ", served.Platforms)} ({served.MediaType}{attested})";
        IReadOnlyList<string> wanted = target.Image?.Platforms ?? [];
        bool isImage = RegistryManifest.Accepted.Contains(served.MediaType) && served.Platforms.Count > 0;
        string expected = wanted.Count == 0 ? "any" : string.Join(", ", wanted);
        checks.Add(CheckTable.ImageManifest, CheckOutcome.MetIf(isImage && wanted.All(served.Platforms.Contains), actual,
            "Build for the platforms of image.platforms, on an engine that offers them.").Compared(
                expected, string.Join(", ", served.Platforms)));
    }

    // The registry serves the digest already; an unreadable list of packages is only a warning.
    private async Task FindPackageAsync(ImageReference repository, string shown, string digest, CancellationToken ct)
    {
        try
        {
            using var packages = new GitHubPackages(repository, environment);
            if (await packages.FindAsync(digest, ct) is { } version)
            {
                Add(CheckOutcome.Met($"{shown}; package version {version.Id} on GitHub ({string.Join(", ", version.Tags)})"));
            }
            else
            {
                Add(CheckOutcome.Warning(
                    $"{shown}; GitHub lists no version of the package with this digest yet", "Look at the package's page on GitHub."));
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            Add(CheckOutcome.Warning($"{shown}; {error.Id}: {error.Message}", error.Remedy));
        }

        void Add(CheckOutcome outcome) => checks.Add(CheckTable.ImageVisible, outcome.Compared(digest, digest));
    }
}
