namespace RsolvDeploy;

/// <summary>
/// A reason to roll back that came up while a deployment was watched. <c>Undo-RsolvDeployment</c> takes it from the pipeline.
/// </summary>
public sealed record FiredTrigger(TargetIdentity Target, string RunId, string Id, DateTimeOffset At, string Evidence) : IStepResult
{
    /// <summary>Failed: a requirement is not met.</summary>
    public StepStatus Status => StepStatus.Failed;

    /// <summary>The trigger as a failed check.</summary>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Array.Empty<Check>();

    /// <summary>The rollback that was made for it (-Rollback); null when none was.</summary>
    public Rollback? Rollback { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Id} fired on {Target.Name}: {Evidence}";
}
