using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Images.Attestations;

/// <summary>
/// Attaches signed statements to an image: each as a referrer of OCI 1.1 with a bundle of sigstore, which cosign 3 reads, and under the
/// tag of cosign 2.
/// </summary>
/// <param name="environment">The logins of the registry.</param>
/// <param name="clock">The clock.</param>
internal sealed class AttestationWriter(DockerEnvironment environment, TimeProvider clock)
{
    private const string EmptyConfig = "application/vnd.oci.empty.v1+json";

    /// <summary>Attaches the statements about a verification.</summary>
    /// <param name="verification">The verification.</param>
    /// <param name="signer">Signs them.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The statement with the checks, <c>repository@sha256:…</c>.</returns>
    /// <exception cref="DeployException"><c>ImageNotFound</c>, or an error of the registry.</exception>
    public async Task<string> AttachAsync(AttestedVerification verification, RecordSigner signer, CancellationToken ct)
    {
        var image = ImageReference.Parse(verification.Image);
        using var registry = new RegistryClient(image, environment);
        using var blobs = new RegistryBlobs(image, environment);
        var subject = await registry.FindManifestAsync(image.Version, ct) ?? throw new DeployException(
            "ImageNotFound", FaultCategory.ObjectNotFound,
            $"The registry {image.Host} has no image {image}, so that nothing can be attested of it.", "Publish the image again.")
        { Subject = verification.Image };
        var statements = new[] { verification.ToSummary(), verification.ToStatement() };
        var envelopes = statements.Select(one => (Type: one["predicateType"].Text()!, Envelope: DsseEnvelope.Sign(one, signer))).ToList();
        var written = new List<RegistryManifest>();
        var isListed = true;
        foreach (var (type, envelope) in envelopes)
        {
            var manifest = await CreateAsync(blobs, subject, type, SigstoreBundle.Create(envelope, signer.PublicKey), ct);
            isListed &= await registry.TagAsync(manifest.Digest, manifest, ct);
            written.Add(manifest);
        }

        if (!isListed)
        {
            await new RegistryReferrers(registry).AddAsync(
                subject.Digest, [.. written.Select(manifest => manifest.ToDescriptor())], ct);
        }

        await new CosignTag(registry, blobs).AddAsync(subject.Digest, envelopes, ct);
        return $"{image.Repository}@{written[^1].Digest}";
    }

    private async Task<RegistryManifest> CreateAsync(
        RegistryBlobs blobs, RegistryManifest subject, string type, JsonObject bundle, CancellationToken ct)
    {
        var config = await blobs.PutAsync("{}"u8.ToArray(), EmptyConfig, ct);
        var layer = await blobs.PutAsync(Encoding.UTF8.GetBytes(bundle.ToJsonString()), SigstoreBundle.MediaType, ct);
        return RegistryManifest.Create(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["artifactType"] = SigstoreBundle.MediaType,
            ["config"] = config,
            ["layers"] = new JsonArray(layer),
            ["subject"] = new JsonObject
            {
                ["mediaType"] = subject.MediaType,
                ["digest"] = subject.Digest,
                ["size"] = subject.Content.Length,
            },
            ["annotations"] = new JsonObject
            {
                ["dev.sigstore.bundle.content"] = "dsse-envelope",
                ["dev.sigstore.bundle.predicateType"] = type,
                ["org.opencontainers.image.created"] =
                    clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
        });
    }
}
