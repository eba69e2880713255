using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>Whether another field of an object has a value.</summary>
/// <param name="Path">The names of the members that lead to it.</param>
/// <param name="Value">The value, as text.</param>
/// <param name="Is">Whether it has to have the value, or must not have it.</param>
internal sealed record FieldCondition(string[] Path, string Value, bool Is)
{
    /// <summary>As people write it.</summary>
    public string Text => $"`{Show(Path)}` is {(Is ? "" : "not ")}`{Value}`";

    /// <summary>Whether it holds.</summary>
    /// <param name="observed">The text of the field; null when it is missing, or no text or boolean.</param>
    public bool Holds(string? observed) => (observed == Value) == Is;

    /// <summary>Whether it holds for an object.</summary>
    public bool Holds(JsonObject resource) => Holds(TextOf(Find(resource, Path)));

    /// <summary>The members that lead to a field, as people write them.</summary>
    public static string Show(string[] path) =>
        string.Concat(path.Select((name, at) => name.AsSpan().ContainsAny("./-") ? $"['{name}']" : at == 0 ? name : $".{name}"));

    /// <summary>The value of a field; null when it is missing.</summary>
    public static JsonNode? Find(JsonObject resource, ReadOnlySpan<string> path)
    {
        JsonNode? at = resource;
        foreach (var name in path) at = (at as JsonObject)?[name];
        return at;
    }

    private static string? TextOf(JsonNode? node) =>
        node is not JsonValue value ? null
        : value.TryGetValue<string>(out var text) ? text
        : value.TryGetValue<bool>(out var flag) ? flag ? "true" : "false"
        : null;
}
