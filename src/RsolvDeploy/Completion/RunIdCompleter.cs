using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Completion;

/// <summary>Completes the ids of recorded runs, newest first.</summary>
public sealed class RunIdCompleter : IArgumentCompleter
{
    private const int Most = 50;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        RunFolder.All().Select(run => run.Id)
            .Where(id => id.StartsWith((wordToComplete ?? "").Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Take(Most)
            .Select(id => new CompletionResult(id));
}
