using System.Text;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Migrations;

/// <summary>
/// The output of a command: it shows each line as it comes, and keeps the last ones. A line that looks like a credential is replaced.
/// </summary>
/// <param name="show">Shows a line.</param>
internal sealed class CommandOutput(Action<string> show) : MemoryStream
{
    private const int LongestLine = 4096;
    private const int LastLineCount = 500;
    private const int LongestText = 4 * 1024 * 1024;
    private readonly MemoryStream _line = new();
    private readonly Queue<string> _last = new();
    private readonly MemoryStream _text = new();

    /// <summary>The last lines.</summary>
    public IReadOnlyList<string> LastLines => _last.ToArray();

    /// <summary>All of it, up to 4 MiB; it may hold credentials and is never shown.</summary>
    public string Text => Encoding.UTF8.GetString(_text.GetBuffer(), 0, (int)_text.Length);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_text.Length + buffer.Length <= LongestText) _text.Write(buffer.Span);
        foreach (var one in buffer.Span)
        {
            if (one == '\n') EndLine();
            else if (_line.Length < LongestLine) _line.WriteByte(one);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the output: the text after the last line break is a line too.</summary>
    public void Complete()
    {
        if (_line.Length > 0) EndLine();
    }

    private void EndLine()
    {
        var line = Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimEnd('\r');
        _line.SetLength(0);
        line = Masking.Line(line);
        if (_last.Count == LastLineCount) _last.Dequeue();
        _last.Enqueue(line);
        show(line);
    }
}
