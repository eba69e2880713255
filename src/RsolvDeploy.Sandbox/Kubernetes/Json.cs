using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Reads members of objects that may lack them.</summary>
internal static class Json
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> members)
    {
        foreach (var member in members) node = (node as JsonObject)?[member];
        return node;
    }

    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static int? Number(this JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public static string Name(this JsonNode item) => item.At("metadata", "name").Text() ?? "";

    public static string Uid(this JsonNode item) => item.At("metadata", "uid").Text() ?? "";

    public static string Namespace(this JsonNode item) => item.At("metadata", "namespace").Text() ?? "";

    public static JsonObject Object(this JsonObject item, string member) =>
        item[member] as JsonObject ?? (JsonObject)(item[member] = new JsonObject());

    public static bool IsOwnedBy(this JsonNode item, JsonNode owner) =>
        (item.At("metadata", "ownerReferences") as JsonArray ?? []).Any(reference => reference.At("uid").Text() == owner.Uid());

    /// <summary>A time as the API server writes it, to the second.</summary>
    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonObject Copy(this JsonObject item) => (JsonObject)item.DeepClone();
}
