using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RsolvDeploy.Redaction;

/// <summary>
/// Masks what looks like a credential in JSON of any origin: repeated keys and text that is not Unicode, which a
/// document model refuses, pass.
/// </summary>
internal static class JsonTextMasking
{
    private const string NotUnicode = "(text that is not Unicode)";

    private static readonly JsonWriterOptions Lenient = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A masked copy.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string Mask(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var copy = new MemoryStream();
        using (var writer = new Utf8JsonWriter(copy, Lenient))
        {
            var key = "";
            while (reader.Read()) Write(ref reader, writer, ref key);
        }

        return Encoding.UTF8.GetString(copy.GetBuffer(), 0, (int)copy.Length);
    }

    private static void Write(ref Utf8JsonReader reader, Utf8JsonWriter writer, ref string key)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(key = Text(ref reader));
                break;
            case JsonTokenType.String:
                var text = Text(ref reader);
                writer.WriteStringValue(Mask(key, text));
                break;
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                key = "";
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                key = "";
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private static string Mask(string key, string text) =>
        CredentialDetector.IsCredentialName(key) || CredentialDetector.Recognize(text) is not null
            ? Masking.Hidden("", text)
            : text;

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return NotUnicode;
        }
    }
}
