using System.Text;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Migrations;

/// <summary>What a command writes: told line by line as it comes, and its end kept. A line that seems to hold a credential is not repeated.</summary>
/// <param name="say">Takes each line.</param>
internal sealed class CommandOutput(Action<string> say) : MemoryStream
{
    private const int LongestLine = 4096;
    private const int Kept = 500;
    private const int LongestText = 4 * 1024 * 1024;
    private readonly MemoryStream _line = new();
    private readonly Queue<string> _last = new();
    private readonly MemoryStream _text = new();

    /// <summary>The last lines.</summary>
    public IReadOnlyList<string> Last => [.. _last];

    /// <summary>All of it, up to 4 MiB; never to be shown.</summary>
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

    /// <summary>Takes what came after the last line's end for a line.</summary>
    public void Complete()
    {
        if (_line.Length > 0) EndLine();
    }

    private void EndLine()
    {
        var line = Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimEnd('\r');
        _line.SetLength(0);
        if (CredentialDetector.Recognize(line) is { } what) line = $"(a line with {what} is left out)";
        if (_last.Count == Kept) _last.Dequeue();
        _last.Enqueue(line);
        say(line);
    }
}
