using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Images.Attestations;

/// <summary>A signed statement in a DSSE envelope.</summary>
/// <param name="Payload">The bytes of the statement.</param>
/// <param name="Signatures">The signatures, of which one is enough.</param>
internal sealed record DsseEnvelope(byte[] Payload, IReadOnlyList<byte[]> Signatures)
{
    private const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>Signs a statement.</summary>
    public static DsseEnvelope Sign(JsonObject statement, RecordSigner signer)
    {
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString());
        return new DsseEnvelope(payload, [signer.SignEnvelope(Encode(payload))]);
    }

    /// <summary>Reads an envelope.</summary>
    /// <exception cref="JsonException">It is none, or not of an in-toto statement.</exception>
    public static DsseEnvelope Parse(JsonNode? node)
    {
        if (node.At("payloadType").Text() != PayloadType || node.At("payload").Text() is not { } payload)
            throw new JsonException("it has no in-toto statement");
        var signatures = (node.At("signatures") as JsonArray ?? []).Select(one => one.At("sig").Text()).OfType<string>();
        try
        {
            return new DsseEnvelope(Convert.FromBase64String(payload), [.. signatures.Select(Convert.FromBase64String)]);
        }
        catch (FormatException e)
        {
            throw new JsonException("its payload or a signature is no base64", e);
        }
    }

    /// <summary>The key that signed it; null for none of these.</summary>
    public PublicKey? FindSigner(IEnumerable<PublicKey> trusted)
    {
        var content = Encode(Payload);
        return trusted.FirstOrDefault(key => Signatures.Any(signature => key.Verifies(content, signature)));
    }

    /// <summary>The envelope as JSON, without an id of the key: cosign 3 accepts none beside the key that it is given.</summary>
    public JsonObject ToJson() => new()
    {
        ["payloadType"] = PayloadType,
        ["payload"] = Convert.ToBase64String(Payload),
        ["signatures"] = new JsonArray([.. Signatures.Select(signature =>
            (JsonNode)new JsonObject { ["sig"] = Convert.ToBase64String(signature) })]),
    };

    // The pre-authentication encoding of DSSE: what is signed is the type too, each part with its length.
    private static byte[] Encode(byte[] payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} "), .. payload];
}
