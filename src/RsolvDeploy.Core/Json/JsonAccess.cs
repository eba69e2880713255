using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Json;

/// <summary>Reads and adds members of objects that may lack them, or have them in another shape.</summary>
internal static class JsonAccess
{
    /// <summary>The node at the end of these member names; null when a part of the way is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> members)
    {
        foreach (var member in members)
            node = (node as JsonObject)?[member];
        return node;
    }

    /// <summary>The text of a JSON string; null for anything else.</summary>
    public static string? Text(this JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    /// <summary>The objects of a list; none where there is no list.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>Adds a member that has a value.</summary>
    /// <returns>The object.</returns>
    public static JsonObject With(this JsonObject node, string name, JsonNode? value)
    {
        if (value is not null) node.Add(name, value);
        return node;
    }

    /// <summary>The value of a JSON number that fits; null for anything else.</summary>
    public static int? Number(this JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue<int>(out var number) ? number : null;
}
