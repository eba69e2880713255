using System.Text;
using System.Text.Json;

namespace RsolvDeploy.Json;

/// <summary>
/// Goes through the tokens of a JSON text, as <see cref="Utf8JsonReader"/> does and with its names, but without reading the text again.
/// A copy goes its own way; what is omitted is so for all copies.
/// </summary>
internal ref struct JsonCursor
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<JsonToken> _tokens;
    private readonly int _end;

    public JsonCursor(ReadOnlySpan<byte> json, Span<JsonToken> tokens, Range range)
    {
        _json = json;
        _tokens = tokens;
        _end = range.End.Value;
        Index = range.Start.Value - 1;
    }

    /// <summary>The number of the token that it stands on.</summary>
    public int Index { get; private set; }

    public readonly JsonTokenType TokenType => Token.Type;

    /// <summary>The token as it is spelled, a string without its quotes.</summary>
    public readonly ReadOnlySpan<byte> ValueSpan => _json.Slice(Token.IsText ? Token.Start + 1 : Token.Start, Token.Length);

    private readonly ref JsonToken Token => ref _tokens[Index];

    /// <summary>Goes on to the next token; false at the end.</summary>
    public bool Read()
    {
        if (Index + 1 == _end) return false;
        Index++;
        return true;
    }

    /// <summary>Goes on to the end of the value that begins here; from a name, to the end of its value.</summary>
    public void Skip()
    {
        if (TokenType == JsonTokenType.PropertyName) Index++;
        if (TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) Index = Token.End;
    }

    /// <summary>Goes on to the name of the next member that is not omitted; false at the end of the object.</summary>
    public bool ReadMember()
    {
        while (Read() && TokenType == JsonTokenType.PropertyName)
        {
            if (!Token.IsOmitted) return true;
            Skip();
        }

        return false;
    }

    /// <summary>Whether the object or array that begins here has anything in it that is not omitted. It does not move.</summary>
    public readonly bool HasContent()
    {
        var inner = this;
        return TokenType switch
        {
            JsonTokenType.StartObject => inner.ReadMember(),
            JsonTokenType.StartArray => Token.End > Index + 1,
            _ => false,
        };
    }

    /// <summary>What begins here, where there is something in it; none for a leaf, which an empty object is too.</summary>
    public readonly JsonTokenType Nested => HasContent() ? TokenType : JsonTokenType.None;

    /// <summary>Passes the member by from now on whose name is the token with this number.</summary>
    public readonly void Omit(int name) => _tokens[name].IsOmitted = true;

    /// <summary>Whether a string or a name is this text.</summary>
    public readonly bool ValueTextEquals(ReadOnlySpan<byte> text) =>
        Token.IsEscaped ? Literal().ValueTextEquals(text) : ValueSpan.SequenceEqual(text);

    /// <summary>The text of a string.</summary>
    /// <exception cref="InvalidOperationException">It is no Unicode.</exception>
    public readonly string GetString() =>
        !Token.IsEscaped && IsAscii(ValueSpan) ? Encoding.ASCII.GetString(ValueSpan) : Literal().GetString()!;

    /// <summary>The value that begins here, as it is spelled.</summary>
    public readonly ReadOnlySpan<byte> ValueText() => TokenType switch
    {
        JsonTokenType.StartObject or JsonTokenType.StartArray => _json[Token.Start..(_tokens[Token.End].Start + 1)],
        JsonTokenType.String => _json.Slice(Token.Start, Token.Length + 2),
        _ => ValueSpan,
    };

    // Names and versions are short.
    private static bool IsAscii(ReadOnlySpan<byte> text)
    {
        foreach (var one in text)
            if (one > 0x7f) return false;
        return true;
    }

    private readonly Utf8JsonReader Literal()
    {
        var reader = new Utf8JsonReader(_json.Slice(Token.Start, Token.Length + 2));
        reader.Read();
        return reader;
    }
}
