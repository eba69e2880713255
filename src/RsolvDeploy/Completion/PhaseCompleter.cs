using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RsolvDeploy.Deployments.Checklist;

namespace RsolvDeploy.Completion;

/// <summary>Completes the names of the phases of the checklist.</summary>
public sealed class PhaseCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        ChecklistPhases.All.Select(phase => phase.Name)
            .Where(name => name.StartsWith((wordToComplete ?? "").Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
