using System.Text.Json;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>The parameters of a build.</summary>
internal sealed record BuildRequest
{
    public required IReadOnlyList<ImageName> Tags { get; init; }

    public string Dockerfile { get; init; } = "Dockerfile";

    public string Target { get; init; } = "";

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string Architecture { get; init; } = "amd64";

    public bool NoCache { get; init; }

    public bool BuildKit { get; init; }

    /// <summary>Parses the query; throws <see cref="FormatException"/> with the reason when it is invalid.</summary>
    public static BuildRequest Read(IQueryCollection query)
    {
        if (query["remote"].ToString() is { Length: > 0 } remote)
            throw new FormatException($"the sandbox builds from the request's body only, not from \"{remote}\"");
        var tags = new List<ImageName>();
        foreach (string tag in query["t"].OfType<string>().Where(t => t.Length > 0))
            tags.Add(ImageName.TryParse(tag, out var name) ? name : throw new FormatException($"invalid reference format: {tag}"));
        string platform = query["platform"].ToString();
        string[] parts = platform.Split('/');
        if (platform.Length > 0 && (parts.Length < 2 || parts[0] != "linux"))
            throw new FormatException($"\"{platform}\": the sandbox builds for linux only");
        return new BuildRequest
        {
            Tags = tags,
            Dockerfile = query["dockerfile"].ToString() is { Length: > 0 } file ? TarFiles.Normalize(file) : "Dockerfile",
            Target = query["target"].ToString(),
            Arguments = ReadMap(query["buildargs"].ToString(), "buildargs"),
            Labels = ReadMap(query["labels"].ToString(), "labels"),
            Architecture = platform.Length > 0 ? parts[1] : "amd64",
            NoCache = query["nocache"].ToString() is "1" or "true" or "True",
            BuildKit = query["version"].ToString() == "2",
        };
    }

    private static Dictionary<string, string> ReadMap(string text, string name)
    {
        if (text.Length == 0)
            return [];
        try
        {
            // A build argument without a value is null: it is not set.
            return (JsonSerializer.Deserialize<Dictionary<string, string?>>(text) ?? [])
                .Where(p => p.Value is not null)
                .ToDictionary(p => p.Key, p => p.Value!, StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw new FormatException($"{name}: {e.Message}");
        }
    }
}
