using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>The state of a stage: its files, layers and configuration so far.</summary>
internal sealed class StageState
{
    public List<Layer> Layers { get; } = [];

    public Dictionary<string, ImageFile> Files { get; } = new(StringComparer.Ordinal);

    public JsonObject Config { get; private init; } = [];

    public JsonArray History { get; private init; } = [];

    public Dictionary<string, string> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>The cache key of the state.</summary>
    public string Key { get; set; } = Digest.Compute("scratch");

    public string? Author { get; set; }

    public DateTimeOffset Created { get; set; } = DateTimeOffset.UnixEpoch;

    public string WorkingDirectory => (string?)Config["WorkingDir"] ?? "/";

    public string[] ShellForm => Config["Shell"] is JsonArray shell ? [.. shell.Select(w => (string)w!)] : ["/bin/sh", "-c"];

    public static async Task<StageState> FromAsync(LocalImage image, CancellationToken ct)
    {
        var document = image.ReadConfig();
        var state = new StageState
        {
            Config = document["config"]?.DeepClone().AsObject() ?? [],
            History = document["history"]?.DeepClone().AsArray() ?? [],
            Key = image.Id,
        };
        foreach (var layer in image.Layers)
            state.Put(layer, await TarFiles.ReadAsync(layer.Blob, ct));
        return state;
    }

    public static StageState From(StageState other)
    {
        var state = new StageState
        {
            Config = other.Config.DeepClone().AsObject(),
            History = other.History.DeepClone().AsArray(),
            Key = other.Key,
            Author = other.Author,
            Created = other.Created,
        };
        state.Layers.AddRange(other.Layers);
        foreach (var (path, file) in other.Files)
            state.Files[path] = file;
        return state;
    }

    public void Put(Layer layer, IEnumerable<ImageFile> files)
    {
        Layers.Add(layer);
        foreach (var file in files)
            Files[file.Path] = file;
    }

    /// <summary>An environment variable, or a build argument; the environment wins, as it does in docker.</summary>
    public string? Variable(string name)
    {
        foreach (var item in Config["Env"]?.AsArray() ?? [])
        {
            string text = (string)item!;
            if (text.StartsWith(name + "=", StringComparison.Ordinal))
                return text[(name.Length + 1)..];
        }

        return Arguments.GetValueOrDefault(name);
    }

    public void SetEnvironment(string name, string value)
    {
        var list = Config["Env"] as JsonArray;
        if (list is null)
            Config["Env"] = list = [];
        for (int i = 0; i < list.Count; i++)
        {
            if (!((string)list[i]!).StartsWith(name + "=", StringComparison.Ordinal))
                continue;
            list[i] = $"{name}={value}";
            return;
        }

        list.Add($"{name}={value}");
    }

    public void SetIn(string map, string name, JsonNode value)
    {
        var entries = Config[map] as JsonObject;
        if (entries is null)
            Config[map] = entries = [];
        entries[name] = value;
    }

    public LocalImage ToImage(string architecture)
    {
        var document = new JsonObject
        {
            ["architecture"] = architecture,
            ["config"] = Config.DeepClone(),
            ["created"] = Created.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["history"] = History.DeepClone(),
            ["os"] = "linux",
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. Layers.Select(l => (JsonNode)l.DiffId)]),
            },
        };
        if (Author is not null)
            document["author"] = Author;
        return new LocalImage(System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), [.. Layers]);
    }
}
