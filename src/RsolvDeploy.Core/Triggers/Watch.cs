namespace RsolvDeploy.Triggers;

/// <summary>A watch that ended, for the ledger. Its triggers are output while it watches.</summary>
/// <param name="Target">The environment that was watched.</param>
/// <param name="RunId">The run.</param>
/// <param name="Status">Failed when a trigger fired.</param>
/// <param name="Checks">The triggers that fired.</param>
internal sealed record Watch(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };
}
