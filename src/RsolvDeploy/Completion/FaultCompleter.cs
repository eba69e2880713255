namespace RsolvDeploy.Completion;

/// <summary>Completes the names of the faults that a sandbox can inject.</summary>
public sealed class FaultCompleter : CandidateCompleter
{
    private static readonly string[] Faults =
    [
        "CrashLoop", "OutOfMemory", "ImageNotFound", "ProbeFails", "SlowStart", "Platform5xx", "RequestsFail",
        "ReportedBroken", "Watch410", "List410", "Conflict409", "CutWatch",
        "Busy429", "Unavailable503", "AdmissionRefuses", "RegistryDown", "RegistryDenies", "RegistryRateLimit",
        "AlertFiring", "RuleError", "MissingLabel", "ScrapeStale", "MemoryGrowth", "CpuSpike", "CountsTwice",
        "CountsNothing", "LostResponse", "PanelError", "PanelNoData", "GrafanaForbidden",
        "MigrationFails", "MigrationHangs",
        "GitHubRateLimit", "GitHubSecondaryLimit", "GitHubSso", "GitHubWithoutRunDetails", "WorkflowFails", "LowTrustScore",
    ];

    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) => Faults.Select(fault => new Candidate(fault));
}
