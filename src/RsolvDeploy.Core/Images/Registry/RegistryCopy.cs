using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Registry;

/// <summary>
/// Copies an image with everything below it and what refers to it: the manifests of an index, their blobs, attestations and signatures.
/// </summary>
internal sealed class RegistryCopy : IDisposable
{
    private const int Parallel = 3;
    private const int MostManifests = 200;
    private static readonly string[] SignatureTags = [".sig", ".att", ".sbom"];

    private readonly RegistryClient _from;
    private readonly RegistryClient _to;
    private readonly BlobTransfer _blobs;
    private readonly IReporter _reporter;
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    public RegistryCopy(ImageReference from, ImageReference to, DockerEnvironment environment, IReporter reporter)
    {
        _from = new RegistryClient(from, environment);
        _to = new RegistryClient(to, environment);
        _blobs = new BlobTransfer(from, to, environment);
        _reporter = reporter;
    }

    /// <summary>Copies it; returns its digest.</summary>
    /// <param name="digest">The digest of the manifest or index.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<string> RunAsync(string digest, CancellationToken ct)
    {
        await CopyManifestAsync(digest, ct);
        // What refers to an image of an index, or to a referrer, such as the signature of an SBOM, comes with it.
        var asked = new HashSet<string>(StringComparer.Ordinal);
        while (_done.FirstOrDefault(copied => !asked.Contains(copied)) is { } image)
        {
            asked.Add(image);
            await CopyReferrersAsync(image, ct);
            await CopySignaturesAsync(image, ct);
        }

        return digest;
    }

    /// <summary>What was copied, for people.</summary>
    public string Describe() => $"{_done.Count} manifests, {_blobs.Describe()}";

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
        _blobs.Dispose();
    }

    // A manifest is written when everything that it names is there.
    private async Task<bool> CopyManifestAsync(string digest, CancellationToken ct)
    {
        if (!_done.Add(digest)) return true;
        if (_done.Count > MostManifests)
        {
            throw new DeployException("ImageTooLarge", FaultCategory.LimitsExceeded,
                $"The image and what refers to it have more than {MostManifests} manifests.", "Copy it with another tool.")
            { Subject = digest };
        }

        var manifest = await _from.FindManifestAsync(digest, ct) ?? throw new DeployException(
            "ImageNotFound", FaultCategory.ObjectNotFound,
            $"The registry no longer has the manifest {digest}, which the image names.", "Publish the image again.")
        { Subject = digest };
        foreach (var inner in (manifest.Document["manifests"] as JsonArray ?? []).Select(one => one.At("digest").Text()).OfType<string>())
            await CopyManifestAsync(inner, ct);
        var blobs = manifest.Layers.Select(layer => layer.Digest).Append(manifest.ConfigDigest).OfType<string>().Distinct();
        if (!manifest.IsIndex)
        {
            await System.Threading.Tasks.Parallel.ForEachAsync(
                blobs,
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct },
                async (blob, token) => await _blobs.CopyAsync(blob, token));
        }

        _reporter.Verbose($"Copies the manifest {digest} ({manifest.MediaType}).");
        return await _to.TagAsync(digest, manifest, ct);
    }

    private async Task CopyReferrersAsync(string digest, CancellationToken ct)
    {
        var descriptors = await new RegistryReferrers(_from).FindAsync(digest, ct);
        var isListed = true;
        foreach (var inner in descriptors.Select(one => one["digest"].Text()).OfType<string>())
        {
            if (_done.Contains(inner)) continue;
            isListed &= await CopyManifestAsync(inner, ct);
        }

        // A registry without the API lists referrers under a tag that its clients maintain.
        if (!isListed) await new RegistryReferrers(_to).AddAsync(digest, descriptors, ct);
    }

    // The tags that cosign used before OCI 1.1.
    private async Task CopySignaturesAsync(string digest, CancellationToken ct)
    {
        foreach (var suffix in SignatureTags)
        {
            var tag = RegistryReferrers.FallbackTag(digest) + suffix;
            if (await _from.FindManifestAsync(tag, ct) is not { } signature) continue;
            await CopyManifestAsync(signature.Digest, ct);
            await _to.TagAsync(tag, signature, ct);
        }
    }
}
