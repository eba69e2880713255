using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RsolvDeploy.Json;

/// <summary>
/// The tokens of JSON values, read once: what goes through a value several times does not look for the ends of its strings each time.
/// Disposing it returns the memory.
/// </summary>
internal sealed class JsonTokens : IDisposable
{
    // Bytes, because the runtime has the code of their pool compiled.
    private byte[] _memory = ArrayPool<byte>.Shared.Rent(4096);
    private int[] _open = new int[16];
    private int _count;

    private Span<JsonToken> All => MemoryMarshal.Cast<byte, JsonToken>(_memory.AsSpan());

    /// <summary>Reads a text of one value. Its memory is not returned: nobody knows how long the cursor is used.</summary>
    /// <param name="json">The value, in UTF-8.</param>
    /// <returns>Stands before its first token.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonCursor Of(ReadOnlySpan<byte> json)
    {
        var tokens = new JsonTokens();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var all = tokens.Add(ref reader);
        return reader.Read() ? throw new JsonException("Something follows the value.") : tokens.Cursor(json, all);
    }

    /// <summary>Reads the value that a reader stands at the beginning of, up to its end.</summary>
    /// <returns>The numbers of its tokens.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public Range Add(ref Utf8JsonReader reader)
    {
        var (first, depth) = (_count, 0);
        while (true)
        {
            var all = All;
            if (_count == all.Length)
            {
                Grow();
                all = All;
            }

            all[_count] = new JsonToken
            {
                Type = reader.TokenType,
                Start = (int)reader.TokenStartIndex,
                Length = reader.ValueSpan.Length,
                IsEscaped = reader.ValueIsEscaped,
            };
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (depth == _open.Length) Array.Resize(ref _open, 2 * depth);
                    _open[depth++] = _count;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    all[_open[--depth]].End = _count;
                    break;
            }

            _count++;
            if (depth == 0) return first.._count;
            reader.Read();
        }
    }

    /// <summary>Where the text of a value begins and ends.</summary>
    /// <param name="tokens">The numbers of the tokens of an object or array.</param>
    public Range PositionOf(Range tokens) => All[tokens.Start].Start..(All[tokens.End.Value - 1].Start + 1);

    /// <summary>Stands before the first of these tokens.</summary>
    /// <param name="json">The text that was read.</param>
    /// <param name="tokens">Their numbers.</param>
    public JsonCursor Cursor(ReadOnlySpan<byte> json, Range tokens) => new(json, All, tokens);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_memory);
        _memory = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * _memory.Length);
        _memory.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_memory);
        _memory = larger;
    }
}
