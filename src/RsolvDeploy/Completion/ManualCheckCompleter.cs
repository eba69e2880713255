using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Completion;

/// <summary>Completes the manual checks of the specified run, or of the newest one.</summary>
public sealed class ManualCheckCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var runId = fakeBoundParameters["RunId"]?.ToString();
        var folder = RunFolder.All().FirstOrDefault(run => runId is null || run.Id == runId);
        return folder is null
            ? []
            : RecordedRun.From(folder).Checks.Values
                .Where(check => check.Status == CheckStatus.Manual)
                .Select(check => check.Id)
                .Where(id => id.StartsWith((wordToComplete ?? "").Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
                .Select(id => new CompletionResult(id));
    }
}
