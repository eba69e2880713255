using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RsolvDeploy.Json;

/// <summary>Writes objects by the code that was generated for their types, and by nothing else.</summary>
internal static class GeneratedJson
{
    /// <summary>Writes an object as a node, as <see cref="JsonSerializer"/> does.</summary>
    /// <param name="value">The object.</param>
    /// <param name="context">The default context of its type: the generated code knows the options of the attribute alone.</param>
    /// <exception cref="NotSupportedException">The context does not list the type.</exception>
    public static JsonNode? ToNode<T>(T value, JsonSerializerContext context)
    {
        // The properties and methods of the context would first describe every property of the type: of an entry of a ledger, this
        // compiles hundreds of methods in each new session.
        var type = ((IJsonTypeInfoResolver)context).GetTypeInfo(typeof(T), context.Options) as JsonTypeInfo<T>
            ?? throw new NotSupportedException($"{context.GetType().Name} does not list {typeof(T).Name}.");
        if (type.SerializeHandler is not { } write) return JsonSerializer.SerializeToNode(value, type);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer, value);
        return JsonNode.Parse(buffer.WrittenSpan);
    }
}
