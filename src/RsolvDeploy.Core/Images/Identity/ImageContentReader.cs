using System.Collections.Concurrent;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images.Identity;

/// <summary>Reads from the registry what digests stand for, each once.</summary>
/// <param name="environment">The logins.</param>
internal sealed class ImageContentReader(DockerEnvironment environment)
{
    private readonly ConcurrentDictionary<(string Repository, string Digest), Task<RegistryManifest?>> _manifests = new();

    /// <summary>What a digest stands for; null when the repository does not have it.</summary>
    /// <exception cref="Errors.DeployException">The registry cannot be read.</exception>
    public async Task<ImageContent?> FindAsync(string repository, string digest, CancellationToken ct)
    {
        var manifest = await ReadAsync(repository, digest, ct);
        return manifest is null ? null : new ImageContent(
            repository,
            digest,
            manifest.IsIndex
                ? [.. manifest.Manifests.Select(image => new PlatformImage(Normalize(image.Platform), image.Digest))]
                : [new PlatformImage("", digest)]);
    }

    /// <summary>The digest of the configuration of an image, which runtimes use as its ID; null when it has none.</summary>
    public async Task<string?> FindConfigAsync(string repository, PlatformImage image, CancellationToken ct) =>
        (await ReadAsync(repository, image.Manifest, ct))?.ConfigDigest;

    // arm64 has one variant, which some builders name and others do not.
    private static string Normalize(string platform) => platform == "linux/arm64/v8" ? "linux/arm64" : platform;

    private Task<RegistryManifest?> ReadAsync(string repository, string digest, CancellationToken ct) =>
        _manifests.GetOrAdd((repository, digest), async key =>
        {
            using var registry = new RegistryClient(ImageReference.Parse($"{key.Repository}@{key.Digest}"), environment);
            return await registry.FindManifestAsync(key.Digest, ct);
        });
}
