using System.Collections.Frozen;
using System.Text.Json;
using RsolvDeploy.Json.Paths;

namespace RsolvDeploy.Smoke;

/// <summary>
/// A part behind the platform that a health document reports on: <c>{"redis": "ok"}</c>, <c>{"components": {"db": {"status": "UP"}}}</c>,
/// <c>{"checks": [{"name": "redis", "status": "pass"}]}</c>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state, as it stands in the document.</param>
internal sealed record DocumentPart(string Name, string State)
{
    private static readonly FrozenSet<string> Groups =
        Set("services", "service", "checks", "dependencies", "components", "details", "entries", "results", "subsystems");

    private static readonly FrozenSet<string> KnownNames = Set(
        "database", "db", "repo", "ecto", "postgres", "postgresql", "mysql", "mariadb", "sql", "mongodb", "mongo", "redis", "valkey",
        "cache", "memcached", "queue", "rabbitmq", "kafka", "nats", "elasticsearch", "opensearch", "storage", "s3", "mail", "smtp", "oban");

    private static readonly FrozenSet<string> Databases =
        Set("database", "db", "repo", "ecto", "postgres", "postgresql", "mysql", "mariadb", "sql", "mongodb", "mongo");

    private static readonly string[] NameKeys = ["name", "id", "service", "component"];
    private static readonly string[] StateKeys = ["status", "state", "health", "healthy", "ok", "connected", "available"];

    private static readonly FrozenSet<string> GoodStates = Set(
        "ok", "healthy", "pass", "passing", "passed", "up", "true", "connected", "available", "running", "ready", "serving", "active",
        "green", "alive");

    /// <summary>Whether it is a database, by its name.</summary>
    public bool IsDatabase => Name.Split(['.', ':', '-', '_', '/', ' ']).Any(Databases.Contains);

    /// <summary>Whether its state is a good one.</summary>
    public bool IsHealthy => GoodStates.Contains(State);

    /// <summary>The parts of a document, each name once, with its worst state.</summary>
    /// <exception cref="InvalidOperationException">A text of the document is not Unicode.</exception>
    public static IReadOnlyList<DocumentPart> Find(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object) return [];
        var found = new List<DocumentPart>();
        foreach (var member in document.EnumerateObject())
        {
            if (Groups.Contains(member.Name)) found.AddRange(InGroup(member.Value));
            else if (KnownNames.Contains(member.Name)) Add(found, member.Name, member.Value);
        }

        return
        [
            .. found
                .GroupBy(part => part.Name, StringComparer.OrdinalIgnoreCase)
                .Select(same => same.FirstOrDefault(part => !part.IsHealthy) ?? same.First()),
        ];
    }

    private static List<DocumentPart> InGroup(JsonElement group)
    {
        var found = new List<DocumentPart>();
        if (group.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in group.EnumerateObject()) Add(found, member.Name, member.Value);
        }
        else if (group.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in group.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
            {
                if (TextAt(item, NameKeys) is { } name) Add(found, name, item);
            }
        }

        return found;
    }

    private static void Add(List<DocumentPart> found, string name, JsonElement value)
    {
        // The draft of health+json has a list of measurements for each part.
        IEnumerable<JsonElement> values = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        foreach (var one in values)
        {
            var state = one.ValueKind == JsonValueKind.Object ? TextAt(one, StateKeys) : JsonPath.TextOf(one);
            if (state is { Length: > 0 and <= 40 }) found.Add(new DocumentPart(name, state));
        }
    }

    private static string? TextAt(JsonElement item, string[] keys) => item.EnumerateObject()
        .Where(member => keys.Contains(member.Name, StringComparer.OrdinalIgnoreCase))
        .OrderBy(member => Array.FindIndex(keys, key => key.Equals(member.Name, StringComparison.OrdinalIgnoreCase)))
        .Select(member => JsonPath.TextOf(member.Value))
        .FirstOrDefault(text => text is not null);

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
