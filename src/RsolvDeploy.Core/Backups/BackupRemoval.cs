namespace RsolvDeploy.Backups;

/// <summary>A removal of backups that ended, for the ledger. Each backup is output as it is deleted.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Checks">None: it shows nothing.</param>
internal sealed record BackupRemoval(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };
}
