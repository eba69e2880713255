using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace RsolvDeploy.Host;

/// <summary>Text, progress and questions on the console.</summary>
internal sealed class ConsoleInterface : PSHostUserInterface
{
    private readonly ConsoleRaw _raw = new();
    private readonly ProgressLine _progress = new();

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override void Write(string value)
    {
        _progress.Clear();
        // Tables contain colors; a file or another program gets plain text.
        Console.Write(GetOutputString(value, SupportsVirtualTerminal));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        if (Console.IsOutputRedirected)
        {
            Write(value);
            return;
        }

        Console.ForegroundColor = foregroundColor;
        Write(value);
        Console.ResetColor();
    }

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => WriteMarked(ConsoleColor.Red, value);

    public override void WriteWarningLine(string message) => WriteMarked(ConsoleColor.Yellow, $"WARNING: {message}");

    public override void WriteVerboseLine(string message) => WriteMarked(ConsoleColor.DarkGray, $"VERBOSE: {message}");

    public override void WriteDebugLine(string message) => WriteMarked(ConsoleColor.DarkGray, $"DEBUG: {message}");

    // What is for the host (Write-Host) has been written as a line already.
    public override void WriteInformation(InformationRecord record)
    {
        if (!record.Tags.Contains("PSHOST")) WriteMarked(ConsoleColor.Cyan, record.ToString());
    }

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Show(record);

    public override string ReadLine() => Console.ReadLine() ?? throw NoAnswer("an answer");

    public override SecureString ReadLineAsSecureString()
    {
        if (Console.IsInputRedirected) throw NoAnswer("a secret");
        var secret = new SecureString();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace) secret.AppendChar(key.KeyChar);
            else if (secret.Length > 0) secret.RemoveAt(secret.Length - 1);
        }

        Console.WriteLine();
        return secret;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteLine(caption);
        WriteLine(message);
        while (true)
        {
            for (var i = 0; i < choices.Count; i++)
                Write($"[{Key(choices[i])}] {choices[i].Label.Replace("&", "", StringComparison.Ordinal)}  ");
            Write(defaultChoice >= 0 ? $"(default is \"{Key(choices[defaultChoice])}\"): " : ": ");
            var answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            for (var i = 0; i < choices.Count; i++)
            {
                var label = choices[i].Label.Replace("&", "", StringComparison.Ordinal);
                if (answer.Equals(Key(choices[i]), StringComparison.OrdinalIgnoreCase)
                    || answer.Equals(label, StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }
        }
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        var answers = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            Write($"{field.Name}: ");
            answers[field.Name] = field.ParameterTypeName == nameof(SecureString)
                ? PSObject.AsPSObject(ReadLineAsSecureString())
                : PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
    {
        WriteLine(message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }

        Write($"Password for {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    private static string Key(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant() : choice.Label;
    }

    private static PSInvalidOperationException NoAnswer(string what) =>
        new(
            $"A command asked for {what}, but nobody is at the keyboard. Give every mandatory parameter, "
                + "and -Confirm:$false where a change is meant.");

    private void WriteMarked(ConsoleColor color, string line) => Write(color, Console.BackgroundColor, line + Environment.NewLine);
}
