namespace RsolvDeploy.Triggers;

/// <summary>A watch that ended, for the ledger. Its triggers are output while it watches.</summary>
/// <param name="Target">The environment that was watched.</param>
/// <param name="RunId">The run.</param>
/// <param name="Status">Failed when a trigger fired.</param>
/// <param name="Checks">The triggers that fired.</param>
internal sealed record Watch(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <summary>Whether it is a phase of a run, whose trigger is an error.</summary>
    public bool IsPhase { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Watch of {Target.Name}: " + (Status == StepStatus.Succeeded
        ? "no trigger fired"
        : string.Join("; ", Checks.Where(check => check.Status == CheckStatus.Failed).Select(check => $"{check.Id}: {check.Evidence}")));
}
