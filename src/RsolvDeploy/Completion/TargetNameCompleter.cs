using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Completion;

/// <summary>Completes the names of the targets in the configuration that the command would read.</summary>
public sealed class TargetNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        var quote = wordToComplete is ['\'' or '"', ..] ? wordToComplete[..1] : "";
        var start = (wordToComplete ?? "").Trim('\'', '"');
        foreach (var target in Find(fakeBoundParameters["ConfigurationPath"]?.ToString()))
        {
            if (!target.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase)) continue;
            var text = quote.Length > 0 || target.Name.Contains(' ', StringComparison.Ordinal) ? Quoted(target.Name, quote) : target.Name;
            yield return new CompletionResult(
                text, target.Name, CompletionResultType.ParameterValue, $"{target.Namespace}/{target.Deployment}");
        }
    }

    private static string Quoted(string name, string quote) =>
        quote == "\"" ? $"\"{name}\"" : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";

    // Without a readable configuration there are no completions; the command itself reports the error.
    private static IReadOnlyList<Target> Find(string? configurationPath)
    {
        try
        {
            var folder = CurrentLocation.OfThisRunspace();
            var path = configurationPath is null ? null : Path.GetFullPath(configurationPath, folder);
            return ConfigurationFile.Load(ConfigurationFile.Find(path, folder)).Match("*");
        }
        catch (Exception e) when (e is DeployException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
