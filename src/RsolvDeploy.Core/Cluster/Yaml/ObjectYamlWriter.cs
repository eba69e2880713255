using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Cluster.Yaml;

/// <summary>
/// Writes a JSON object as block YAML that every YAML 1.1 and 1.2 reader understands alike, token by token: nothing
/// of it is built up in memory.
/// </summary>
/// <remarks>
/// Every string and key is double-quoted: only so do <c>no</c>, <c>1e3</c>, <c>0x1F</c> and line breaks mean the same to kubectl and to us.
/// </remarks>
internal ref struct ObjectYamlWriter
{
    // A simple key may not be longer than 1024 characters; a longer one needs the explicit form.
    private const int LongestSimpleKey = 800;
    private const int LongestEscape = 6; // \u2028, for as little as one byte

    private readonly IBufferWriter<byte> _output;
    private JsonCursor _json;

    private ObjectYamlWriter(JsonCursor json, IBufferWriter<byte> output)
    {
        _json = json;
        _output = output;
    }

    /// <summary>Writes the object.</summary>
    /// <param name="json">One JSON object, in UTF-8.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output) => Write(JsonTokens.Of(json), output);

    /// <summary>Writes the object without the members that are omitted.</summary>
    /// <param name="json">Stands before the object.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static void Write(JsonCursor json, IBufferWriter<byte> output)
    {
        var writer = new ObjectYamlWriter(json, output);
        if (!writer._json.Read() || writer._json.TokenType != JsonTokenType.StartObject) throw new JsonException("It is no JSON object.");
        if (!writer._json.HasContent()) output.Write("{}\n"u8);
        else writer.WriteMapping(0, startsOnLine: false);
    }

    private void WriteMapping(int indent, bool startsOnLine)
    {
        while (_json.ReadMember())
        {
            if (!startsOnLine) WriteIndent(indent);
            startsOnLine = false;
            var isLong = IsLong(_json.ValueSpan);
            if (isLong) _output.Write("? "u8);
            WriteString();
            if (isLong)
            {
                _output.Write("\n"u8);
                WriteIndent(indent);
            }

            _output.Write(":"u8);
            _json.Read();
            switch (_json.Nested)
            {
                case JsonTokenType.StartObject:
                    _output.Write("\n"u8);
                    WriteMapping(indent + 2, startsOnLine: false);
                    break;
                case JsonTokenType.StartArray:
                    _output.Write("\n"u8);
                    WriteSequence(indent, startsOnLine: false);
                    break;
                default:
                    _output.Write(" "u8);
                    WriteLeaf();
                    break;
            }
        }
    }

    private static bool IsLong(ReadOnlySpan<byte> key)
    {
        // The parser counts a byte order mark for more than it is.
        if (key.Length > LongestSimpleKey || key.IndexOf("\uFEFF"u8) >= 0) return true;
        return key.Length > LongestSimpleKey / LongestEscape && !JsonText.IsYaml(key);
    }

    private void WriteSequence(int indent, bool startsOnLine)
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!startsOnLine) WriteIndent(indent);
            startsOnLine = false;
            _output.Write("- "u8);
            switch (_json.Nested)
            {
                case JsonTokenType.StartObject:
                    WriteMapping(indent + 2, startsOnLine: true);
                    break;
                case JsonTokenType.StartArray:
                    WriteSequence(indent + 2, startsOnLine: true);
                    break;
                default:
                    WriteLeaf();
                    break;
            }
        }
    }

    private void WriteLeaf()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.String:
                WriteString();
                break;
            case JsonTokenType.StartObject:
                _output.Write("{}"u8);
                _json.Skip();
                break;
            case JsonTokenType.StartArray:
                _output.Write("[]"u8);
                _json.Skip();
                break;
            default: // numbers, booleans and null, in JSON's own spelling
                _output.Write(_json.ValueSpan);
                break;
        }

        _output.Write("\n"u8);
    }

    private readonly void WriteIndent(int width)
    {
        _output.GetSpan(width)[..width].Fill((byte)' ');
        _output.Advance(width);
    }

    private readonly void WriteString()
    {
        _output.Write("\""u8);
        if (JsonText.IsYaml(_json.ValueSpan)) _output.Write(_json.ValueSpan);
        else WriteEscaped(_json.GetString());
        _output.Write("\""u8);
    }

    private readonly void WriteEscaped(ReadOnlySpan<char> rest)
    {
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAny(Escaped);
            if (plain < 0) plain = rest.Length;
            Encoding.UTF8.GetBytes(rest[..plain], _output);
            rest = rest[plain..];
            if (rest.IsEmpty) break;
            WriteEscape(rest[0]);
            rest = rest[1..];
        }
    }

    private readonly void WriteEscape(char c)
    {
        switch (c)
        {
            case '"':
                _output.Write("\\\""u8);
                break;
            case '\\':
                _output.Write("\\\\"u8);
                break;
            case '\n':
                _output.Write("\\n"u8);
                break;
            case '\r':
                _output.Write("\\r"u8);
                break;
            case '\t':
                _output.Write("\\t"u8);
                break;
            default:
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"), _output);
                break;
        }
    }

    // What YAML does not let stand in a line, what some reader takes for a line break, and the byte order mark.
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u2028\u2029\ufeff\ufffe\uffff" + CharacterRange.Text(new('\0', '\u001f'), new('\u007f', '\u009f')));
}
