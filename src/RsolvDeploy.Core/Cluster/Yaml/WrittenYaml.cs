using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster.Yaml;

/// <summary>Holds the text that <see cref="ObjectYamlWriter"/> wrote against the object it was written from, word by word.</summary>
/// <remarks>
/// A YAML parser of its own takes longer for this than everything else of a backup together. That parsers read the text as it is read here is what
/// the property tests show; here it is shown that nothing was lost, cut or mixed up between memory and disk.
/// </remarks>
internal ref struct WrittenYaml
{
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\', 0x7f]);

    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    private WrittenYaml(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Whether the text says exactly this.</summary>
    public static bool Means(ReadOnlySpan<byte> yaml, JsonObject value)
    {
        var reader = new WrittenYaml(yaml);
        var same = value.Count == 0 ? reader.Take("{}\n"u8) : reader.Mapping(value, 0, startsOnLine: false);
        return same && reader._at == yaml.Length;
    }

    private bool Mapping(JsonObject mapping, int indent, bool startsOnLine)
    {
        foreach (var (key, value) in mapping)
        {
            if (!startsOnLine && !Indent(indent)) return false;
            startsOnLine = false;
            var isLong = Take("? "u8);
            if (!String(key) || (isLong && !(Take("\n"u8) && Indent(indent))) || !Take(":"u8) || !Value(value, indent)) return false;
        }

        return true;
    }

    private bool Value(JsonNode? value, int indent) => value switch
    {
        JsonObject { Count: > 0 } mapping => Take("\n"u8) && Mapping(mapping, indent + 2, startsOnLine: false),
        JsonArray { Count: > 0 } sequence => Take("\n"u8) && Sequence(sequence, indent, startsOnLine: false),
        _ => Take(" "u8) && Leaf(value),
    };

    private bool Sequence(JsonArray sequence, int indent, bool startsOnLine)
    {
        foreach (var item in sequence)
        {
            if (!startsOnLine && !Indent(indent)) return false;
            startsOnLine = false;
            var same = Take("- "u8) && item switch
            {
                JsonObject { Count: > 0 } mapping => Mapping(mapping, indent + 2, startsOnLine: true),
                JsonArray { Count: > 0 } inner => Sequence(inner, indent + 2, startsOnLine: true),
                _ => Leaf(item),
            };
            if (!same) return false;
        }

        return true;
    }

    private bool Leaf(JsonNode? leaf)
    {
        var same = leaf?.GetValueKind() switch
        {
            null or JsonValueKind.Null => Take("null"u8),
            JsonValueKind.String => String(leaf.GetValue<string>()),
            JsonValueKind.Object => Take("{}"u8),
            JsonValueKind.Array => Take("[]"u8),
            _ => Take(Encoding.UTF8.GetBytes(leaf.ToJsonString())),
        };
        return same && Take("\n"u8);
    }

    private bool String(string value)
    {
        var rest = _text[_at..];
        if (rest.IsEmpty || rest[0] != '"') return false;
        // Most strings are plain ASCII and stand there as they are.
        if (rest.Length > value.Length + 1 && rest[value.Length + 1] == '"' && Ascii.Equals(rest.Slice(1, value.Length), value) && rest.Slice(1, value.Length).IndexOfAny(NotPlain) < 0)
        {
            _at += value.Length + 2;
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

        // What stands between the quotes is written with JSON's escapes, so JSON's own reader tells what it means.
        var literal = new Utf8JsonReader(rest[..(length + 1)]);
        _at += length + 1;
        try
        {
            return literal.Read() && literal.ValueTextEquals(value);
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
