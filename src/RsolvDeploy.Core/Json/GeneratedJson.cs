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
    public static JsonNode? ToNode<T>(T value, JsonSerializerContext context) => JsonNode.Parse(ToBytes(value, context));

    /// <summary>Writes an object as an element, as <see cref="JsonSerializer"/> does.</summary>
    /// <param name="value">The object.</param>
    /// <param name="context">The default context of its type.</param>
    /// <exception cref="NotSupportedException">The context does not list the type.</exception>
    public static JsonElement ToElement<T>(T value, JsonSerializerContext context)
    {
        var reader = new Utf8JsonReader(ToBytes(value, context));
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Writes an object to a stream, piece by piece.</summary>
    /// <param name="stream">Takes the text.</param>
    /// <param name="value">The object.</param>
    /// <param name="context">The default context of its type.</param>
    /// <param name="options">Indents and escapes.</param>
    /// <exception cref="NotSupportedException">The context does not list the type.</exception>
    public static void Write<T>(Stream stream, T value, JsonSerializerContext context, JsonWriterOptions options)
    {
        // A writer on a stream keeps everything until its end.
        using var writer = new Utf8JsonWriter(new StreamBuffer(stream), options);
        Write(writer, value, context);
    }

    private static ReadOnlySpan<byte> ToBytes<T>(T value, JsonSerializerContext context)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, value, context);
        return buffer.WrittenSpan;
    }

    // The properties and methods of the context would first describe every property of the type: of an entry of a ledger, this
    // compiles hundreds of methods in each new session.
    private static void Write<T>(Utf8JsonWriter writer, T value, JsonSerializerContext context)
    {
        var type = ((IJsonTypeInfoResolver)context).GetTypeInfo(typeof(T), context.Options) as JsonTypeInfo<T>
            ?? throw new NotSupportedException($"{context.GetType().Name} does not list {typeof(T).Name}.");
        if (type.SerializeHandler is { } write) write(writer, value);
        else JsonSerializer.Serialize(writer, value, type);
    }

    private sealed class StreamBuffer(Stream stream) : IBufferWriter<byte>
    {
        private byte[] _piece = new byte[64 * 1024];

        public void Advance(int count) => stream.Write(_piece, 0, count);

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (sizeHint > _piece.Length) _piece = new byte[sizeHint];
            return _piece;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
