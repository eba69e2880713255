using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>The one store behind the engine (local images) and the registry (pushed images). Thread safe.</summary>
internal sealed class ImageStore
{
    /// <summary>The label that names the behavior of an image's pods.</summary>
    public const string BehaviorLabel = "dev.rsolv.sandbox.behavior";

    public LocalImages Local { get; } = new();

    public PushedImages Pushed { get; } = new();

    /// <summary>The registry's host and port; while it is null, references of every host are accepted.</summary>
    public string? RegistryHost { get; set; }

    /// <summary>Another name of the registry, from which pods can pull too; null for none.</summary>
    public string? MirrorHost { get; set; }

    /// <summary>The credential for push and pull; null for an open registry.</summary>
    public RegistryCredential? Credential { get; set; }

    /// <summary>Finds an image in the registry, by <c>host/path@digest</c>, <c>host/path:tag</c>, or without the host.</summary>
    public StoredImage? FindPushed(string reference)
    {
        if (!ImageName.TryParse(reference, out var name))
            return null;
        if (name.Host is not null && RegistryHost is not null && name.Host != RegistryHost && name.Host != MirrorHost)
            return null;
        var manifest = Pushed.FindManifest(name.Path, name.Digest ?? name.TagOrLatest);
        return manifest is null ? null : Describe(name.Path, manifest);
    }

    /// <summary>Pushes a small but real image to the registry.</summary>
    public StoredImage SeedPushed(string repository, string tag, string behavior)
    {
        var image = MakeImage(
            new JsonObject { [BehaviorLabel] = behavior, ["org.opencontainers.image.version"] = tag },
            $"{repository}:{tag} {behavior}\n");
        var manifest = Push(image, repository, tag);
        return Describe(repository, manifest)!;
    }

    /// <summary>Adds a small image to the engine, as a base for <c>FROM</c>.</summary>
    public void SeedLocal(ImageName name)
    {
        Local.Tag(MakeImage(new JsonObject { ["dev.rsolv.sandbox.base"] = "true" }, $"{name.Tagged}\n"), name);
    }

    /// <summary>Copies a local image into the registry, layers first, manifest last.</summary>
    public PushedManifest Push(LocalImage image, string repository, string tag)
    {
        foreach (var layer in image.Layers)
            Pushed.PutBlob(repository, layer.Digest, layer.Blob);
        Pushed.PutBlob(repository, image.Id, image.Config);
        return Pushed.PutManifest(repository, tag, MediaTypes.DockerManifest, image.ToManifest());
    }

    private StoredImage? Describe(string repository, PushedManifest manifest)
    {
        var document = JsonNode.Parse(manifest.Bytes)!;
        if (MediaTypes.IsIndex(manifest.MediaType))
        {
            string? first = (string?)document["manifests"]?.AsArray().FirstOrDefault()?["digest"];
            var inner = first is null ? null : Pushed.FindManifest(repository, first);
            return inner is null || MediaTypes.IsIndex(inner.MediaType)
                ? null
                : Describe(repository, inner) is { } image ? image with { Digest = manifest.Digest } : null;
        }

        string configDigest = (string)document["config"]!["digest"]!;
        long size = (long?)document["config"]!["size"] ?? 0;
        foreach (var layer in document["layers"]?.AsArray() ?? [])
            size += (long?)layer?["size"] ?? 0;
        return new StoredImage(repository, manifest.Digest, configDigest, BehaviorOf(repository, configDigest), size);
    }

    private string BehaviorOf(string repository, string configDigest)
    {
        byte[]? config = Pushed.FindBlob(repository, configDigest);
        var labels = config is null ? null : JsonNode.Parse(config)?["config"]?["Labels"];
        return (string?)labels?[BehaviorLabel] ?? "healthy";
    }

    private static LocalImage MakeImage(JsonObject labels, string content)
    {
        var layer = Layer.Pack([new ImageFile("etc/rsolv-sandbox", TarEntryType.RegularFile, Encoding.UTF8.GetBytes(content))]);
        var config = new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["created"] = "2026-01-01T00:00:00Z",
            ["config"] = new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                ["Cmd"] = new JsonArray("/bin/sh"),
                ["Labels"] = labels,
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(layer.DiffId) },
            ["history"] = new JsonArray(new JsonObject { ["created"] = "2026-01-01T00:00:00Z", ["created_by"] = "seeded by the sandbox" }),
        };
        return new LocalImage(Encoding.UTF8.GetBytes(config.ToJsonString()), [layer]);
    }
}
