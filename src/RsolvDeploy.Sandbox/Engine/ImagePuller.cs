using System.IO.Compression;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine;

/// <summary>Pulls images from the registry into the engine.</summary>
internal sealed class ImagePuller(ImageStore images)
{
    /// <summary>Pulls an image; null when the registry does not have it.</summary>
    public (LocalImage Image, string Digest)? Pull(ImageName name)
    {
        if (images.Pushed.FindManifest(name.Path, name.Digest ?? name.TagOrLatest) is not { } manifest)
            return null;
        string digest = manifest.Digest;
        var document = JsonNode.Parse(manifest.Bytes)!;
        if (MediaTypes.IsIndex(manifest.MediaType))
        {
            string? first = (string?)document["manifests"]?.AsArray().FirstOrDefault()?["digest"];
            if (first is null || images.Pushed.FindManifest(name.Path, first) is not { } inner)
                return null;
            document = JsonNode.Parse(inner.Bytes)!;
        }

        byte[]? config = images.Pushed.FindBlob(name.Path, (string)document["config"]!["digest"]!);
        if (config is null)
            return null;
        var diffIds = JsonNode.Parse(config)!["rootfs"]!["diff_ids"]!.AsArray();
        var layers = new List<Layer>();
        foreach (var (item, diffId) in document["layers"]!.AsArray().Zip(diffIds))
        {
            string layerDigest = (string)item!["digest"]!;
            if (images.Pushed.FindBlob(name.Path, layerDigest) is not { } blob)
                return null;
            layers.Add(new Layer((string)diffId!, layerDigest, blob, UnpackedSize(blob)));
        }

        var image = new LocalImage(config, layers);
        if (name.Digest is null)
            images.Local.Tag(image, name);
        else
            images.Local.Add(image);
        images.Local.RecordDigest(image, name, digest);
        return (image, digest);
    }

    private static long UnpackedSize(byte[] blob)
    {
        if (blob is not [0x1f, 0x8b, ..])
            return blob.Length;
        using var gzip = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
        using var counter = new MemoryStream();
        gzip.CopyTo(counter);
        return counter.Length;
    }
}
