using System.Text;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Migrations;

/// <summary>
/// What a command prints. It shows each line of both streams as it comes, and keeps the last ones; a line of one stream never holds text of
/// the other. What looks like a credential is removed.
/// </summary>
/// <param name="show">Shows a line.</param>
internal sealed class CommandOutput(Action<string> show)
{
    private const int LastLineCount = 500;
    private const int LongestText = 4 * 1024 * 1024;
    private readonly Queue<string> _last = new();
    private Lines? _output;
    private Lines? _errors;

    /// <summary>Receives the standard output.</summary>
    public Stream Output => _output ??= new Lines(Add, LongestText);

    /// <summary>Receives the standard error.</summary>
    public Stream Errors => _errors ??= new Lines(Add, longestText: 0);

    /// <summary>The last lines of both, in the order in which they ended.</summary>
    public IReadOnlyList<string> LastLines => _last.ToArray();

    /// <summary>The standard output, up to 4 MiB; it may hold credentials and is never shown.</summary>
    public string Text => _output?.Text ?? "";

    /// <summary>Whether the standard output was longer than <see cref="Text"/>.</summary>
    public bool IsTruncated => _output?.IsTruncated == true;

    /// <summary>Ends the output: the text after the last line break is a line too.</summary>
    public void Complete()
    {
        _output?.Complete();
        _errors?.Complete();
    }

    private void Add(string line)
    {
        line = TextRedaction.Apply(line);
        if (_last.Count == LastLineCount) _last.Dequeue();
        _last.Enqueue(line);
        show(line);
    }

    private sealed class Lines(Action<string> add, int longestText) : MemoryStream
    {
        private const int LongestLine = 4096;
        private readonly MemoryStream _line = new();
        private readonly MemoryStream _text = new();

        public string Text => Encoding.UTF8.GetString(_text.GetBuffer(), 0, (int)_text.Length);

        public bool IsTruncated { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var kept = (int)Math.Min(buffer.Length, longestText - _text.Length);
            IsTruncated |= kept < buffer.Length;
            _text.Write(buffer.Span[..kept]);
            foreach (var one in buffer.Span)
            {
                if (one == '\n') EndLine();
                else if (_line.Length < LongestLine) _line.WriteByte(one);
            }

            return ValueTask.CompletedTask;
        }

        public void Complete()
        {
            if (_line.Length > 0) EndLine();
        }

        private void EndLine()
        {
            var line = Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimEnd('\r');
            _line.SetLength(0);
            add(line);
        }
    }
}
