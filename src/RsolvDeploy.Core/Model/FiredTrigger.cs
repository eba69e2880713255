namespace RsolvDeploy;

/// <summary>A reason to roll back that came up while a deployment was watched. <c>Undo-RsolvDeployment</c> takes it from the pipeline.</summary>
public sealed record FiredTrigger(Target Target, string RunId, string Id, DateTimeOffset At, string Evidence) : IStepResult
{
    /// <summary>Failed: something is not as it has to be.</summary>
    public StepStatus Status => StepStatus.Failed;

    /// <summary>The trigger as a check.</summary>
    public IReadOnlyList<Check> Checks => new[]
    {
        new Check(Id, "Watch", "A rollback trigger", CheckStatus.Failed) { Evidence = Evidence, Started = At, Remedy = "Roll back with Undo-RsolvDeployment." },
    };

    /// <summary>The rollback that was taken for it (-Rollback); null when none was.</summary>
    public Rollback? Rollback { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Id} fired on {Target.Name}: {Evidence}";
}
