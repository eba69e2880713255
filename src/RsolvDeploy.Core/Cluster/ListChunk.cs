using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster;

/// <summary>One chunk of a list as the server sent it: the bytes, and where its objects stand in them. Disposing it forgets them.</summary>
internal sealed class ListChunk : IDisposable
{
    private readonly SensitiveBuffer _answer;
    private readonly JsonTokens _tokens = new();
    private readonly List<int> _ends = []; // of the objects, as numbers of tokens

    private ListChunk(SensitiveBuffer answer) => _answer = answer;

    /// <summary>The version of the whole list.</summary>
    public string ResourceVersion { get; private set; } = "";

    /// <summary>What to ask for the next chunk with; null for the last one.</summary>
    public string? Continue { get; private set; }

    /// <summary>Whether the list has other chunks too.</summary>
    public bool IsOneOfSeveral { get; set; }

    /// <summary>How many bytes it has.</summary>
    public int Size => _answer.Written.Length;

    /// <summary>How many objects it has.</summary>
    public int Count => _ends.Count;

    /// <summary>An object's JSON. The server leaves <c>apiVersion</c> and <c>kind</c> out of it.</summary>
    public ReadOnlyMemory<byte> this[int index] => _answer.WrittenMemory[_tokens.PositionOf(TokensOf(index))];

    /// <summary>Stands before an object's first token.</summary>
    public JsonCursor Cursor(int index) => _tokens.Cursor(_answer.Written, TokensOf(index));

    /// <summary>Reads an answer, which is the chunk's from then on.</summary>
    /// <exception cref="JsonException">It is no list.</exception>
    public static ListChunk Read(SensitiveBuffer answer)
    {
        try
        {
            return ReadList(answer);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("The list has text that is no Unicode.", e);
        }
    }

    /// <summary>A chunk of one object.</summary>
    /// <param name="json">The object.</param>
    public static ListChunk Of(ReadOnlySpan<byte> json)
    {
        var chunk = new ListChunk(new SensitiveBuffer(json.Length));
        chunk._answer.Write(json);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        chunk._ends.Add(chunk._tokens.Add(ref reader).End.Value);
        return chunk;
    }

    private static ListChunk ReadList(SensitiveBuffer answer)
    {
        var chunk = new ListChunk(answer);
        var reader = new Utf8JsonReader(answer.Written);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The answer is no JSON object.");
        var isList = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isItems, isMetadata) = (reader.ValueTextEquals("items"u8), reader.ValueTextEquals("metadata"u8));
            reader.Read();
            isList |= isItems;
            if (isItems && reader.TokenType == JsonTokenType.StartArray) chunk.ReadItems(ref reader);
            else if (isMetadata) chunk.ReadMetadata(StrictJson.Parse(ref reader));
            else reader.Skip();
        }

        // Anything else would pass as a list of nothing.
        return isList ? chunk : throw new JsonException("The answer is no list of objects.");
    }

    /// <summary>
    /// Builds one of its objects up, with what the server leaves out of the items of a list: whoever gets one alone needs it.
    /// </summary>
    public static JsonObject Build(ReadOnlySpan<byte> json, ResourceKind kind)
    {
        var item = (JsonObject)StrictJson.Parse(json)!;
        item["apiVersion"] ??= kind.ApiVersion;
        item["kind"] ??= kind.Kind;
        return item;
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _answer.Dispose();
    }

    private Range TokensOf(int index) => (index == 0 ? 0 : _ends[index - 1]).._ends[index];

    private void ReadItems(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An item of the list is no JSON object.");
            _ends.Add(_tokens.Add(ref reader).End.Value);
        }
    }

    private void ReadMetadata(JsonNode? metadata)
    {
        ResourceVersion = metadata.At("resourceVersion").Text() ?? "";
        Continue = metadata.At("continue").Text() is { Length: > 0 } next ? next : null;
    }
}
