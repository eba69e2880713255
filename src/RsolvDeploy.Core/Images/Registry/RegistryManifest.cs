using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Registry;

/// <summary>A manifest or an index as the registry serves it.</summary>
/// <param name="Digest">The digest of exactly these bytes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Document">Its content.</param>
internal sealed record RegistryManifest(string Digest, string MediaType, JsonObject Document)
{
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    public static readonly IReadOnlyList<string> Accepted = [OciIndex, DockerList, OciManifest, DockerManifest];

    /// <summary>The bytes that its digest is of.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    public bool IsIndex => MediaType is DockerList or OciIndex;

    public string? ConfigDigest => Text(Document["config"]?["digest"]);

    /// <summary>Digest and compressed size in bytes of each layer.</summary>
    public IReadOnlyList<(string Digest, long Size)> Layers =>
        [.. Array("layers").Select(layer => (Text(layer["digest"]) ?? "", layer["size"] is JsonValue size && size.TryGetValue(out long bytes) ? bytes : 0))];

    public long LayerSize => Layers.Sum(layer => layer.Size);

    /// <summary>The images of an index, by platform. Attestations are no images: their platform is unknown.</summary>
    public IReadOnlyList<(string Platform, string Digest)> Images =>
        [.. Array("manifests").Select(m => (Platform(m["platform"] as JsonObject), Text(m["digest"]) ?? "")).Where(m => m.Item1 is { Length: > 0 } and not "unknown/unknown")];

    /// <summary>The digests of the attestations that BuildKit put into an index.</summary>
    public IReadOnlyList<string> AttestationDigests =>
        [.. Array("manifests").Where(m => Text(m["annotations"]?["vnd.docker.reference.type"]) == "attestation-manifest").Select(m => Text(m["digest"])).OfType<string>()];

    /// <summary>What the layers of an attestation state, as the types of in-toto predicates.</summary>
    public IReadOnlyList<string> PredicateTypes =>
        [.. Array("layers").Select(layer => Text(layer["annotations"]?["in-toto.io/predicate-type"])).OfType<string>()];

    public static RegistryManifest Parse(byte[] content, string digest, string mediaType, string name)
    {
        try
        {
            if (JsonNode.Parse(content) is JsonObject document) return new RegistryManifest(digest, Text(document["mediaType"]) ?? mediaType, document) { Content = content };
        }
        catch (JsonException)
        {
            // Told below, in words that name the image.
        }

        throw new DeployException(
            "RegistryAnswerInvalid",
            FaultCategory.ProtocolError,
            $"The registry's manifest of {name} is no JSON object.",
            "See that the address in image.repository is a registry's and not another web server's.")
        { Subject = name };
    }

    /// <summary><c>os/architecture</c>, with the variant where there is one.</summary>
    public static string Platform(JsonObject? described)
    {
        string os = Text(described?["os"]) ?? "", architecture = Text(described?["architecture"]) ?? "", variant = Text(described?["variant"]) ?? "";
        return os.Length == 0 ? "" : variant.Length == 0 ? $"{os}/{architecture}" : $"{os}/{architecture}/{variant}";
    }

    private IEnumerable<JsonObject> Array(string key) => (Document[key] as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
