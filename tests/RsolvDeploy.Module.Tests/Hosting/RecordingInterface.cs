using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>Records every line, as an 80 column terminal would show it, and every question.</summary>
internal sealed partial class RecordingInterface : PSHostUserInterface
{
    private readonly StringBuilder _text = new();

    /// <summary>The answers to give, in order; a question without one fails the test.</summary>
    public Queue<int> Answers { get; } = new();

    /// <summary>What happens while a question is open; nothing when null.</summary>
    public Action? Asking { get; set; }

    public List<string> Questions { get; } = [];

    public List<ProgressRecord> Progress { get; } = [];

    /// <summary>What was written, with every escape sequence.</summary>
    public string Raw
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_text) return Escapes().Replace(_text.ToString(), "").ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        }
    }

    public override PSHostRawUserInterface RawUI { get; } = new EightyColumns();

    public void Clear()
    {
        lock (_text) _text.Clear();
    }

    public override void Write(string value)
    {
        lock (_text) _text.Append(value);
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteWarningLine(string message) => WriteLine($"WARNING: {message}");

    public override void WriteVerboseLine(string message) => WriteLine($"VERBOSE: {message}");

    public override void WriteDebugLine(string message) => WriteLine($"DEBUG: {message}");

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (Progress) Progress.Add(record);
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Questions.Add($"{caption}\n{message}");
        Asking?.Invoke();
        return Answers.Dequeue();
    }

    public override string ReadLine() => throw new NotSupportedException("No test types an answer.");

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException("No test types a secret.");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new NotSupportedException($"Nobody answers: {message} {string.Join(", ", descriptions.Select(field => field.Name))}");

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        throw new NotSupportedException();

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();
}
