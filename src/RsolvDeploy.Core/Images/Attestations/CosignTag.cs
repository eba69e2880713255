using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Attestations;

/// <summary>The tag <c>sha256-….att</c>, under which cosign 2 and many admission controllers read attestations.</summary>
/// <param name="registry">The client of the repository.</param>
/// <param name="blobs">Its blobs.</param>
internal sealed class CosignTag(RegistryClient registry, RegistryBlobs blobs)
{
    private const string EnvelopeType = "application/vnd.dsse.envelope.v1+json";
    private const int MostAttempts = 5;

    /// <summary>Adds envelopes to those under the tag. Another client may write it at the same time, so it is read again.</summary>
    /// <exception cref="DeployException"><c>ReferrersBusy</c>, or an error of the registry.</exception>
    public async Task AddAsync(string digest, IReadOnlyList<(string Type, DsseEnvelope Envelope)> envelopes, CancellationToken ct)
    {
        var tag = $"{RegistryReferrers.FallbackTag(digest)}.att";
        var added = new List<JsonObject>();
        foreach (var (type, envelope) in envelopes) added.Add(await PutAsync(type, envelope, ct));
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var document = (await registry.FindManifestAsync(tag, ct))?.Document;
            var known = document.At("layers").Objects().ToList();
            var missing = added.Where(one => !known.Exists(other => other["digest"].Text() == one["digest"].Text())).ToList();
            if (missing.Count == 0) return;
            await registry.TagAsync(tag, await CreateAsync([.. known, .. missing], ct), ct);
        }

        throw new DeployException("ReferrersBusy", FaultCategory.ResourceBusy,
            $"Other clients overwrite the tag {tag} again and again.", "Run the command again.")
        { Subject = tag };
    }

    private async Task<JsonObject> PutAsync(string type, DsseEnvelope envelope, CancellationToken ct)
    {
        var layer = await blobs.PutAsync(Encoding.UTF8.GetBytes(envelope.ToJson().ToJsonString()), EnvelopeType, ct);
        layer["annotations"] = new JsonObject { ["dev.cosignproject.cosign/signature"] = "", ["predicateType"] = type };
        return layer;
    }

    // The layers are named by a configuration as those of an image are.
    private async Task<RegistryManifest> CreateAsync(IReadOnlyList<JsonObject> layers, CancellationToken ct)
    {
        var config = new JsonObject
        {
            ["architecture"] = "",
            ["os"] = "",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(layer => layer["digest"]?.DeepClone())]),
            },
        };
        return RegistryManifest.Create(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["config"] = await blobs.PutAsync(
                Encoding.UTF8.GetBytes(config.ToJsonString()), "application/vnd.oci.image.config.v1+json", ct),
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.DeepClone())]),
        });
    }
}
