using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Images.Attestations;

/// <summary>Reads what is attested of an image: the signed statements that refer to it, and what the build added to its index.</summary>
/// <param name="image">The image, by its digest.</param>
/// <param name="environment">The logins of the registry.</param>
/// <param name="trusted">The keys whose signatures count.</param>
internal sealed class AttestationReader(ImageReference image, DockerEnvironment environment, IReadOnlyList<PublicKey> trusted) : IDisposable
{
    private const int MostRead = 200;

    private readonly RegistryClient _registry = new(image, environment);
    private readonly RegistryBlobs _blobs = new(image, environment);

    /// <summary>The signed statements.</summary>
    /// <exception cref="DeployException">An error of the registry.</exception>
    public async Task<IReadOnlyList<Attestation>> ReadSignedAsync(CancellationToken ct)
    {
        var found = new List<Attestation>();
        // The last ones are the newest where clients append to the index themselves.
        var referrers = await new RegistryReferrers(_registry).FindAsync(image.Digest!, ct);
        foreach (var digest in referrers.TakeLast(MostRead).Select(one => one["digest"].Text()).OfType<string>())
            if (ImageReference.IsDigest(digest) && await ReadAsync(digest, ct) is { } one) found.Add(one);
        return found;
    }

    /// <summary>What BuildKit attested of the build; nobody signed it.</summary>
    /// <exception cref="DeployException">An error of the registry.</exception>
    public async Task<IReadOnlyList<Attestation>> ReadBuildAsync(CancellationToken ct)
    {
        if (await _registry.FindManifestAsync(image.Digest!, ct) is not { IsIndex: true } index) return [];
        var found = new List<Attestation>();
        foreach (var digest in index.AttestationDigests.Take(MostRead))
        {
            if (await _registry.FindManifestAsync(digest, ct) is not { } manifest) continue;
            foreach (var layer in manifest.Layers)
            {
                if (await _blobs.FindAsync(layer.Digest, ct) is { } content)
                    found.Add(BuildStatement.Describe(Named(digest), content));
            }
        }

        return found;
    }

    public void Dispose()
    {
        _registry.Dispose();
        _blobs.Dispose();
    }

    private Attestation Named(string digest) =>
        new(image.ToString(), "") { Reference = $"{image.Repository}@{digest}", Problem = "is not signed" };

    private async Task<Attestation?> ReadAsync(string digest, CancellationToken ct)
    {
        if (await _registry.FindManifestAsync(digest, ct) is not { } manifest)
            return Named(digest) with { Summary = "unknown", Problem = "is listed, but the registry no longer has it" };
        if (manifest.Document["layers"] is not JsonArray { Count: 1 } layers || !SigstoreBundle.Is(layers[0].At("mediaType").Text()))
            return null; // a signature, or an artifact of another tool
        try
        {
            return await _blobs.FindAsync(manifest.Layers[0].Digest, ct) is { } content
                ? Describe(Named(digest), SigstoreBundle.Parse(content))
                : Named(digest) with { Summary = "unknown", Problem = "is listed, but the registry no longer has its content" };
        }
        catch (JsonException e)
        {
            return Named(digest) with { Summary = "unknown", Problem = $"cannot be read: {e.Message}" };
        }
        catch (DeployException e) when (e.Id == "RegistryDigestMismatch")
        {
            return Named(digest) with { Summary = "unknown", Problem = "was changed: the registry serves other bytes" };
        }
    }

    private Attestation Describe(Attestation named, DsseEnvelope envelope)
    {
        var signer = envelope.FindSigner(trusted);
        var statement = StrictJson.Parse(envelope.Payload);
        var described = VerificationStatement.Describe(named, statement);
        // What no trusted key signed is shown as it is, for people alone.
        return described with
        {
            Signer = signer?.Id,
            Problem = signer is null ? envelope.Signatures.Count == 0 ? "is not signed" : "is signed by no trusted key, or was changed"
                : VerificationStatement.IsAbout(statement, image.Digest!) ? null
                : "is about another image",
        };
    }
}
