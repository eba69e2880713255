using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster.Yaml;

/// <summary>Writes a JSON object as block YAML that every YAML 1.1 and 1.2 reader understands alike.</summary>
/// <remarks>Every string and key is double-quoted: only so do <c>no</c>, <c>1e3</c>, <c>0x1F</c> and line breaks mean the same to kubectl and to us.</remarks>
internal static class ObjectYamlWriter
{
    // A simple key may not be longer than 1024 characters; a longer one needs the explicit form.
    private const int LongestSimpleKey = 800;

    public static void Write(JsonObject value, IBufferWriter<byte> output)
    {
        if (value.Count == 0)
            output.Write("{}\n"u8);
        else
            WriteMapping(value, 0, startsOnLine: false, output);
    }

    private static void WriteMapping(JsonObject mapping, int indent, bool startsOnLine, IBufferWriter<byte> output)
    {
        foreach (var (key, value) in mapping)
        {
            if (!startsOnLine)
                WriteIndent(indent, output);
            startsOnLine = false;
            if (key.Length > LongestSimpleKey)
            {
                output.Write("? "u8);
                WriteString(key, output);
                output.Write("\n"u8);
                WriteIndent(indent, output);
            }
            else
            {
                WriteString(key, output);
            }

            output.Write(":"u8);
            WriteValue(value, indent, output);
        }
    }

    private static void WriteValue(JsonNode? value, int indent, IBufferWriter<byte> output)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } mapping:
                output.Write("\n"u8);
                WriteMapping(mapping, indent + 2, startsOnLine: false, output);
                break;
            case JsonArray { Count: > 0 } sequence:
                output.Write("\n"u8);
                WriteSequence(sequence, indent, startsOnLine: false, output);
                break;
            default:
                output.Write(" "u8);
                WriteLeaf(value, output);
                break;
        }
    }

    private static void WriteSequence(JsonArray sequence, int indent, bool startsOnLine, IBufferWriter<byte> output)
    {
        foreach (var item in sequence)
        {
            if (!startsOnLine)
                WriteIndent(indent, output);
            startsOnLine = false;
            output.Write("- "u8);
            switch (item)
            {
                case JsonObject { Count: > 0 } mapping:
                    WriteMapping(mapping, indent + 2, startsOnLine: true, output);
                    break;
                case JsonArray { Count: > 0 } inner:
                    WriteSequence(inner, indent + 2, startsOnLine: true, output);
                    break;
                default:
                    WriteLeaf(item, output);
                    break;
            }
        }
    }

    private static void WriteLeaf(JsonNode? leaf, IBufferWriter<byte> output)
    {
        switch (leaf?.GetValueKind())
        {
            case null or JsonValueKind.Null:
                output.Write("null"u8);
                break;
            case JsonValueKind.String:
                WriteString(leaf.GetValue<string>(), output);
                break;
            case JsonValueKind.Object:
                output.Write("{}"u8);
                break;
            case JsonValueKind.Array:
                output.Write("[]"u8);
                break;
            default: // numbers and booleans, in JSON's own spelling
                Encoding.UTF8.GetBytes(leaf.ToJsonString(), output);
                break;
        }

        output.Write("\n"u8);
    }

    private static void WriteIndent(int width, IBufferWriter<byte> output)
    {
        output.GetSpan(width)[..width].Fill((byte)' ');
        output.Advance(width);
    }

    private static void WriteString(string value, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAny(Escaped);
            if (plain < 0)
                plain = rest.Length;
            Encoding.UTF8.GetBytes(rest[..plain], output);
            rest = rest[plain..];
            if (rest.IsEmpty)
                break;
            WriteEscape(rest[0], output);
            rest = rest[1..];
        }

        output.Write("\""u8);
    }

    private static void WriteEscape(char c, IBufferWriter<byte> output)
    {
        switch (c)
        {
            case '"':
                output.Write("\\\""u8);
                break;
            case '\\':
                output.Write("\\\\"u8);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            default:
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"), output);
                break;
        }
    }

    // What YAML does not let stand in a line, what some reader takes for a line break, and the byte order mark.
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
    [
        '"', '\\', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff',
        .. Enumerable.Range(0, 0x20).Select(code => (char)code),
        .. Enumerable.Range(0x7f, 0x21).Select(code => (char)code),
    ]);
}
