using System.Text.Json;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Yaml;

/// <summary>Holds the text that <see cref="ObjectYamlWriter"/> wrote against the object it was written from, word by word.</summary>
/// <remarks>
/// A YAML parser of its own takes longer for this than everything else of a backup together. That parsers read the text as it is read here
/// is what the property tests show; here it is shown that nothing was lost, cut or mixed up between the answer of the server and the disk.
/// </remarks>
internal ref struct YamlEquivalence
{
    private readonly ReadOnlySpan<byte> _text;
    private JsonCursor _json;
    private int _at;

    private YamlEquivalence(ReadOnlySpan<byte> text, JsonCursor json)
    {
        _text = text;
        _json = json;
    }

    /// <summary>Whether the text means exactly this.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="json">Stands before one JSON object; members that are omitted are not part of it.</param>
    public static bool Matches(ReadOnlySpan<byte> yaml, JsonCursor json)
    {
        var reader = new YamlEquivalence(yaml, json);
        if (!reader._json.Read() || reader._json.TokenType != JsonTokenType.StartObject) return false;
        var same = reader._json.HasContent() ? reader.Mapping(0, startsOnLine: false) : reader.Take("{}\n"u8);
        return same && reader._at == yaml.Length;
    }

    private bool Mapping(int indent, bool startsOnLine)
    {
        while (_json.ReadMember())
        {
            if (!startsOnLine && !Indent(indent)) return false;
            startsOnLine = false;
            var isLong = Take("? "u8);
            if (!String() || (isLong && !(Take("\n"u8) && Indent(indent))) || !Take(":"u8)) return false;
            _json.Read();
            var same = _json.Nested switch
            {
                JsonTokenType.StartObject => Take("\n"u8) && Mapping(indent + 2, startsOnLine: false),
                JsonTokenType.StartArray => Take("\n"u8) && Sequence(indent, startsOnLine: false),
                _ => Take(" "u8) && Leaf(),
            };
            if (!same) return false;
        }

        return true;
    }

    private bool Sequence(int indent, bool startsOnLine)
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!startsOnLine && !Indent(indent)) return false;
            startsOnLine = false;
            var same = Take("- "u8) && _json.Nested switch
            {
                JsonTokenType.StartObject => Mapping(indent + 2, startsOnLine: true),
                JsonTokenType.StartArray => Sequence(indent + 2, startsOnLine: true),
                _ => Leaf(),
            };
            if (!same) return false;
        }

        return true;
    }

    private bool Leaf()
    {
        var same = _json.TokenType switch
        {
            JsonTokenType.String => String(),
            JsonTokenType.StartObject => Take("{}"u8),
            JsonTokenType.StartArray => Take("[]"u8),
            _ => Take(_json.ValueSpan),
        };
        _json.Skip(); // an object in which all was left out
        return same && Take("\n"u8);
    }

    private bool String()
    {
        var rest = _text[_at..];
        if (rest.IsEmpty || rest[0] != '"') return false;
        // Most strings stand there as they stand in JSON.
        var raw = _json.ValueSpan;
        if (rest.Length > raw.Length + 1
            && rest[raw.Length + 1] == '"'
            && rest.Slice(1, raw.Length).SequenceEqual(raw)
            && JsonText.IsYaml(raw))
        {
            _at += raw.Length + 2;
            return true;
        }

        var length = 1;
        while (true)
        {
            var stop = rest[length..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0) return false;
            length += stop;
            if (rest[length] == '"') break;
            length += 2;
            if (length > rest.Length) return false;
        }

        // What stands between the quotes is written with JSON's escapes, so JSON's own reader decodes it.
        var literal = new Utf8JsonReader(rest[..(length + 1)]);
        _at += length + 1;
        try
        {
            return literal.Read() && literal.ValueTextEquals(_json.GetString());
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Indent(int width)
    {
        var rest = _text[_at..];
        if (rest.Length < width || rest[..width].IndexOfAnyExcept((byte)' ') >= 0) return false;
        _at += width;
        return true;
    }

    private bool Take(ReadOnlySpan<byte> expected)
    {
        if (!_text[_at..].StartsWith(expected)) return false;
        _at += expected.Length;
        return true;
    }
}
