using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>An image of the engine: its configuration, whose digest is the image's id, and its layers.</summary>
internal sealed record LocalImage(byte[] Config, IReadOnlyList<Layer> Layers)
{
    public string Id { get; } = Digest.Compute(Config);

    public long Size => Layers.Sum(l => l.UnpackedSize);

    public JsonObject ReadConfig() => JsonNode.Parse(Config)!.AsObject();

    /// <summary>The manifest that a push of this image creates.</summary>
    public byte[] ToManifest()
    {
        var layers = new JsonArray();
        foreach (var layer in Layers)
            layers.Add(Descriptor(MediaTypes.DockerLayer, layer.Blob.Length, layer.Digest));
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.DockerManifest,
            ["config"] = Descriptor(MediaTypes.DockerConfig, Config.Length, Id),
            ["layers"] = layers,
        };
        return System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    private static JsonObject Descriptor(string mediaType, long size, string digest) =>
        new() { ["mediaType"] = mediaType, ["size"] = size, ["digest"] = digest };
}
