using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Reports;

/// <summary>Reads and writes the compared values of a check: text, number or truth.</summary>
internal sealed class CheckValueJson : JsonConverter<object>
{
    /// <inheritdoc/>
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CheckValue.FromNode(JsonNode.Parse(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) =>
        CheckValue.ToNode(value)!.WriteTo(writer, options);
}
