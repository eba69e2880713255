using System.Text;

namespace RsolvDeploy.Storage;

/// <summary>Reads lines of a bounded length. It does not own the reader.</summary>
/// <param name="reader">Where they come from.</param>
/// <param name="longest">The most characters of a line.</param>
internal sealed class BoundedLines(TextReader reader, int longest)
{
    private readonly char[] _piece = new char[4096];
    private readonly StringBuilder _line = new();
    private int _next;
    private int _count;

    /// <summary>Whether a longer line loses its end; otherwise it is refused.</summary>
    public bool CutsLongLines { get; init; }

    /// <summary>Whether the last line ended with a line feed, and not with the end of the text.</summary>
    public bool EndedWithLineFeed { get; private set; }

    /// <summary>The next line without its end; null when there is none.</summary>
    /// <exception cref="InputTooLongException">The line is longer than the limit.</exception>
    public async Task<string?> NextAsync(CancellationToken ct)
    {
        _line.Clear();
        var any = false;
        EndedWithLineFeed = false;
        while (_next < _count || await FillAsync(ct))
        {
            any = true;
            var rest = _piece.AsSpan(_next, _count - _next);
            var end = rest.IndexOf('\n');
            Append(end < 0 ? rest : rest[..end]);
            _next += end < 0 ? rest.Length : end + 1;
            EndedWithLineFeed = end >= 0;
            if (EndedWithLineFeed) break;
        }

        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        return any ? _line.ToString() : null;
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        (_next, _count) = (0, await reader.ReadAsync(_piece, ct));
        return _count > 0;
    }

    private void Append(ReadOnlySpan<char> text)
    {
        var room = longest - _line.Length;
        if (text.Length > room && !CutsLongLines) throw new InputTooLongException(longest);
        _line.Append(text.Length > room ? text[..room] : text);
    }
}
