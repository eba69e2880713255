using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images;

/// <summary>Finds the digest under which a registry serves an image.</summary>
internal sealed class ImageResolver(DockerEnvironment environment)
{
    /// <summary>Finds it.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="wanted">The platforms to prefer in an index.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>ImageNotFound</c>, or an error of the registry.</exception>
    public async Task<ResolvedImage> ResolveAsync(ImageReference reference, IReadOnlyList<string> wanted, CancellationToken ct)
    {
        using var registry = new RegistryClient(reference, environment);
        RegistryManifest manifest = await registry.FindManifestAsync(reference.Version, ct) ?? throw NotFound(reference);
        if (!manifest.IsIndex)
        {
            string platform = manifest.ConfigDigest is { } config ? await registry.GetPlatformAsync(config, ct) : "";
            return Describe(reference, manifest, platform.Length == 0 ? [] : [platform], manifest);
        }

        IReadOnlyList<(string Platform, string Digest)> images = manifest.Images;
        string? digest = images.OrderByDescending(image => wanted.Contains(image.Platform)).Select(image => image.Digest).FirstOrDefault();
        RegistryManifest? one = digest is null ? null : await registry.FindManifestAsync(digest, ct);
        return Describe(reference, manifest, [.. images.Select(image => image.Platform).Distinct()], one) with
        {
            Attestations = await AttestedAsync(registry, manifest, ct),
        };
    }

    private static ResolvedImage Describe(
        ImageReference reference, RegistryManifest manifest, IReadOnlyList<string> platforms, RegistryManifest? measured) =>
        new(reference.Repository, manifest.Digest, manifest.MediaType, platforms, measured?.LayerSize ?? 0)
        {
            Layers = measured?.Layers ?? [],
        };

    private static async Task<IReadOnlyList<string>> AttestedAsync(RegistryClient registry, RegistryManifest index, CancellationToken ct)
    {
        RegistryManifest?[] attestations = await Task.WhenAll(
            index.AttestationDigests.Select(digest => registry.FindManifestAsync(digest, ct)));
        return [.. attestations.OfType<RegistryManifest>().SelectMany(attestation => attestation.PredicateTypes).Distinct()];
    }

    private static DeployException NotFound(ImageReference reference) => new(
        "ImageNotFound",
        FaultCategory.ObjectNotFound,
        $"The registry {reference.Host} has no image {reference}.",
        "Check the tag or digest, or publish the image with Publish-RsolvImage.")
    { Subject = reference.ToString() };
}
