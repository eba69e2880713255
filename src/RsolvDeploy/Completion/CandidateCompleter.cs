using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Completion;

/// <summary>Base of the completers: offers the candidates that begin as the operator began, and keeps the quotes.</summary>
public abstract class CandidateCompleter : IArgumentCompleter
{
    private const string Unquoted = "-_./:@*~";

    // PowerShell takes typographic quotes as quotes.
    private const string InDoubleQuotes = "`$\"\u201c\u201d\u201e";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        var quote = wordToComplete is ['\'' or '"', ..] ? wordToComplete[0] : '\0';
        var start = (wordToComplete ?? "").Trim('\'', '"');
        if (quote == '\'') start = start.Replace("''", "'", StringComparison.Ordinal);
        return Find(new CompletionScene(commandName, fakeBoundParameters))
            .Where(candidate => candidate.StartsWith(start) && IsShown(candidate.Text))
            .Select(candidate => new CompletionResult(
                Quoted(candidate.Text, quote),
                candidate.Text,
                CompletionResultType.ParameterValue,
                candidate.About.Length > 0 ? TextRedaction.Visible(candidate.About) : candidate.Text));
    }

    /// <summary>The values to choose from. It never throws.</summary>
    private protected abstract IEnumerable<Candidate> Find(CompletionScene scene);

    // A name that could write to the terminal is not offered: it would be typed as it is, not as it is shown.
    private static bool IsShown(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAny('\n', '\t') && TextRedaction.Visible(text) == text;

    private static string Quoted(string text, char quote) => quote switch
    {
        '"' => $"\"{string.Concat(text.Select(c => InDoubleQuotes.Contains(c, StringComparison.Ordinal) ? $"`{c}" : $"{c}"))}\"",
        '\0' when text[0] != '@' && text.All(c => char.IsAsciiLetterOrDigit(c) || Unquoted.Contains(c, StringComparison.Ordinal)) => text,
        _ => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'",
    };
}
