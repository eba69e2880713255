using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Json;

/// <summary>Parses JSON of other programs. A repeated key or invalid text is an error at once, not when a member is read.</summary>
internal static class StrictJson
{
    /// <summary>Parses a document.</summary>
    /// <exception cref="JsonException">It is no JSON, repeats a key, or has text that is no Unicode.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json) => Verify(JsonNode.Parse(json));

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static JsonNode? Parse(string json) => Verify(JsonNode.Parse(json));

    /// <summary>Parses the value that a reader is at.</summary>
    /// <exception cref="JsonException">It repeats a key, or has text that is no Unicode.</exception>
    public static JsonNode? Parse(ref Utf8JsonReader json) => Verify(JsonNode.Parse(ref json));

    private static JsonNode? Verify(JsonNode? node)
    {
        try
        {
            Read(node);
            return node;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new JsonException("The document repeats a key, or has text that is no Unicode.", e);
        }
    }

    // Nodes are parsed when they are read.
    private static void Read(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (_, value) in members) Read(value);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items) Read(item);
        }
        else if (node?.GetValueKind() == JsonValueKind.String)
        {
            node.GetValue<string>();
        }
    }
}
