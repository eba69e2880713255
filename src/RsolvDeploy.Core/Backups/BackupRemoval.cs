namespace RsolvDeploy.Backups;

/// <summary>The result of a removal, for the ledger. The step emits each backup when it has deleted it.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Checks">Empty: a removal has no checks.</param>
internal sealed record BackupRemoval(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };
}
