using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace RsolvDeploy.Completion;

/// <summary>Base of the completers: offers the candidates that begin as the operator began, and keeps the quotes.</summary>
public abstract class CandidateCompleter : IArgumentCompleter
{
    private const string Unquoted = "-_./:@*~";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        var quote = wordToComplete is ['\'' or '"', ..] ? wordToComplete[0] : '\0';
        var start = (wordToComplete ?? "").Trim('\'', '"');
        return Find(new CompletionScene(commandName, fakeBoundParameters))
            .Where(candidate => candidate.StartsWith(start))
            .Select(candidate => new CompletionResult(
                Quoted(candidate.Text, quote),
                candidate.Text,
                CompletionResultType.ParameterValue,
                candidate.About.Length > 0 ? candidate.About : candidate.Text));
    }

    /// <summary>The values to choose from. It never throws.</summary>
    private protected abstract IEnumerable<Candidate> Find(CompletionScene scene);

    private static string Quoted(string text, char quote) => quote switch
    {
        '"' => $"\"{string.Concat(text.Select(c => c is '`' or '$' or '"' ? $"`{c}" : $"{c}"))}\"",
        '\0' when text[0] != '@' && text.All(c => char.IsAsciiLetterOrDigit(c) || Unquoted.Contains(c, StringComparison.Ordinal)) => text,
        _ => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
    };
}
