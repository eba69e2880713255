using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Images.Attestations;

/// <summary>The bundle in which sigstore keeps an envelope beside what verifies it.</summary>
internal static class SigstoreBundle
{
    /// <summary>Its media type, and the type of the artifact that holds it.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>Whether a media type is one of its versions.</summary>
    public static bool Is(string? mediaType) =>
        mediaType?.StartsWith("application/vnd.dev.sigstore.bundle", StringComparison.Ordinal) == true;

    /// <summary>Makes it.</summary>
    public static JsonObject Create(DsseEnvelope envelope, PublicKey key) => new()
    {
        ["mediaType"] = MediaType,
        ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = key.Hint } },
        ["dsseEnvelope"] = envelope.ToJson(),
    };

    /// <summary>The envelope in it.</summary>
    /// <exception cref="JsonException">It is no bundle with an envelope.</exception>
    public static DsseEnvelope Parse(byte[] content) =>
        DsseEnvelope.Parse(StrictJson.Parse(content).At("dsseEnvelope") ?? throw new JsonException("it has no envelope"));
}
