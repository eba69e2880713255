using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>A manifest or an index, as the registry serves it.</summary>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Document">Its content.</param>
internal sealed partial record RegistryManifest(string Digest, string MediaType, JsonObject Document)
{
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    // No layer is larger; the sum of many fits.
    private const long LargestLayer = 1L << 50;

    /// <summary>The media types that are requested.</summary>
    public static readonly IReadOnlyList<string> Accepted = [OciIndex, DockerList, OciManifest, DockerManifest];

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Whether it is an index.</summary>
    public bool IsIndex => MediaType is DockerList or OciIndex;

    /// <summary>The digest of the image's configuration; null for none.</summary>
    public string? ConfigDigest => DigestOf(Document["config"]);

    /// <summary>Digest and compressed size in bytes of each layer.</summary>
    public IReadOnlyList<(string Digest, long Size)> Layers =>
        Array("layers").Select(layer => (DigestOf(layer) ?? "", SizeOf(layer))).ToArray();

    /// <summary>The size of all layers, in bytes.</summary>
    public long LayerSize => Layers.Sum(layer => layer.Size);

    /// <summary>The images of an index, by platform. An attestation is no image: its platform is unknown.</summary>
    public IReadOnlyList<(string Platform, string Digest)> Images => Manifests.Where(image => image.Platform.Length > 0).ToArray();

    /// <summary>The images of an index, also those whose platform only their configuration tells: it is empty for them.</summary>
    public IReadOnlyList<(string Platform, string Digest)> Manifests => Array("manifests")
        .Select(image => (Platform: Platform(image["platform"] as JsonObject), Digest: DigestOf(image) ?? ""))
        .Where(image => image.Platform != "unknown/unknown" && image.Digest.Length > 0).ToArray();

    /// <summary>The digests of the attestations that BuildKit added to an index.</summary>
    public IReadOnlyList<string> AttestationDigests => Array("manifests")
        .Where(manifest => manifest.At("annotations", "vnd.docker.reference.type").Text() == "attestation-manifest")
        .Select(DigestOf)
        .OfType<string>()
        .ToArray();

    /// <summary>The types of the in-toto predicates of an attestation.</summary>
    public IReadOnlyList<string> PredicateTypes =>
        Array("layers").Select(layer => layer.At("annotations", "in-toto.io/predicate-type").Text()).OfType<string>().ToArray();

    /// <summary>What kind of artifact it is; null when it names none.</summary>
    public string? ArtifactType => Document["artifactType"].Text();

    /// <summary>Makes a manifest or index to push.</summary>
    /// <param name="document">Its content, with its media type.</param>
    public static RegistryManifest Create(JsonObject document)
    {
        var content = Encoding.UTF8.GetBytes(document.ToJsonString());
        return new RegistryManifest(RegistryBlobs.DigestOf(content), document["mediaType"].Text()!, document) { Content = content };
    }

    /// <summary>What refers to it from another document.</summary>
    public JsonObject ToDescriptor()
    {
        var descriptor = new JsonObject { ["mediaType"] = MediaType, ["digest"] = Digest, ["size"] = Content.Length };
        if (ArtifactType is { } type) descriptor["artifactType"] = type;
        if (Document["annotations"] is JsonObject annotations) descriptor["annotations"] = annotations.DeepClone();
        return descriptor;
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="digest">Their digest.</param>
    /// <param name="mediaType">The media type of the response, when the manifest names none.</param>
    /// <param name="name">The image, for messages.</param>
    /// <exception cref="DeployException"><c>RegistryAnswerInvalid</c>.</exception>
    public static RegistryManifest Parse(byte[] content, string digest, string mediaType, string name)
    {
        try
        {
            if (StrictJson.Parse(content) is JsonObject document)
                return new RegistryManifest(digest, document["mediaType"].Text() ?? mediaType, document) { Content = content };
        }
        catch (JsonException)
        {
            // Reported below, with the name of the image.
        }

        throw Invalid(name, "is no valid JSON object");
    }

    /// <summary>The error for a response that is no manifest.</summary>
    /// <param name="name">The image.</param>
    /// <param name="what">What the response is, as the end of a sentence.</param>
    public static DeployException Invalid(string name, string what) => new(
        "RegistryAnswerInvalid",
        FaultCategory.ProtocolError,
        $"The registry's manifest of {name} {what}.",
        "Check that the address in image.repository is that of a registry, not of another web server or a login page.")
    { Subject = name };

    /// <summary><c>os/architecture</c>, with the variant where there is one.</summary>
    public static string Platform(JsonObject? described)
    {
        string os = described.At("os").Text() ?? "", architecture =
            described.At("architecture").Text() ?? "", variant = described.At("variant").Text() ?? "";
        return os.Length == 0 ? "" : variant.Length == 0 ? $"{os}/{architecture}" : $"{os}/{architecture}/{variant}";
    }

    private IEnumerable<JsonObject> Array(string key) => Document[key].Objects();

    // A digest becomes part of an address.
    private static string? DigestOf(JsonNode? descriptor) =>
        descriptor.At("digest").Text() is { } digest && DigestForm().IsMatch(digest) ? digest : null;

    private static long SizeOf(JsonObject layer) =>
        layer["size"] is JsonValue size && size.TryGetValue(out long bytes) && bytes is >= 0 and <= LargestLayer ? bytes : 0;

    [GeneratedRegex(@"\A[a-z0-9]+([+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{1,256}\z", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DigestForm();
}
