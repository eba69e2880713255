using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace RsolvDeploy.Completion;

/// <summary>Completes the names of the faults that a sandbox can inject.</summary>
public sealed class FaultCompleter : IArgumentCompleter
{
    private static readonly string[] Faults =
    [
        "CrashLoop", "OutOfMemory", "ImageNotFound", "ProbeFails", "SlowStart", "Platform5xx", "Watch410", "List410", "Conflict409",
        "CutWatch",
        "Busy429", "Unavailable503", "AdmissionRefuses", "RegistryDown", "RegistryDenies", "RegistryRateLimit",
        "AlertFiring", "RuleError", "MissingLabel", "ScrapeStale", "MemoryGrowth", "CpuSpike",
        "MigrationFails", "MigrationHangs",
        "GitHubRateLimit", "GitHubSecondaryLimit", "GitHubSso", "GitHubWithoutRunDetails", "WorkflowFails", "LowTrustScore",
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Faults.Where(fault => fault.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(fault => new CompletionResult(fault));
}
