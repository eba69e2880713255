using System.Text;

namespace RsolvDeploy.Images.Build;

/// <summary>The last lines of a step's output, joined from pieces that end anywhere.</summary>
internal sealed class StepOutput(int lastLineCount)
{
    private const int LongestLine = 4096;

    private readonly Queue<string> _lines = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _open = new();

    /// <summary>Adds a piece; returns the lines that it completed.</summary>
    public IReadOnlyList<string> Add(byte[] piece)
    {
        char[] text = new char[Encoding.UTF8.GetMaxCharCount(piece.Length)];
        int length = _decoder.GetChars(piece, 0, piece.Length, text, 0);
        var completed = new List<string>();
        foreach (char c in text.AsSpan(0, length))
        {
            if (c == '\n') completed.Add(Complete());
            // Progress bars rewrite a line with a carriage return.
            else if (c == '\r') continue;
            else if (_open.Length < LongestLine) _open.Append(c);
        }

        return completed;
    }

    /// <summary>Ends the output; returns the text after the last line break, or null.</summary>
    public string? End() => _open.Length == 0 ? null : Complete();

    public IReadOnlyList<string> LastLines() =>
        _open.Length == 0 ? [.. _lines] : [.. _lines.Append(_open.ToString()).TakeLast(lastLineCount)];

    private string Complete()
    {
        string line = _open.ToString();
        _open.Clear();
        _lines.Enqueue(line);
        if (_lines.Count > lastLineCount) _lines.Dequeue();
        return line;
    }
}
