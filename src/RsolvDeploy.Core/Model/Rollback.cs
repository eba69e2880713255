namespace RsolvDeploy;

/// <summary>A rollback: the result of <c>Undo-RsolvDeployment</c>.</summary>
public sealed record Rollback(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>Why this image: named by the operator, the last release verified, or the revision before.</summary>
    public string Choice { get; init; } = "";

    /// <summary>
    /// The folder with the evidence from before the rollback (pods, events, logs, metrics); null when nothing was changed or saved.
    /// </summary>
    public string? Evidence { get; init; }

    /// <summary>The image and revision before the rollback, as <c>image (revision n)</c>.</summary>
    public string? From { get; init; }

    /// <summary>The image and revision that were restored, as <c>image (revision n)</c>.</summary>
    public string? To { get; init; }

    /// <summary>The image that runs now.</summary>
    public string? Image { get; init; }

    /// <summary>The revision that the rollback created.</summary>
    public long? Revision { get; init; }

    /// <summary>The reason, as the operator or the failed step gave it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// The migrations that were applied since that release ran and stay applied, as <c>-AllowSchemaMismatch</c> permits; otherwise empty.
    /// </summary>
    public IReadOnlyList<SchemaMigration> MigrationsCrossed { get; init => field = value.ToArray(); } = [];

    /// <summary>The rollback of each workload; empty for a release that is one Deployment.</summary>
    public IReadOnlyList<WorkloadRollout> Workloads { get; init => field = value.ToArray(); } = [];

    /// <summary>The pods that run now.</summary>
    public IReadOnlyList<PodState> Pods { get; init => field = value.ToArray(); } = [];

    /// <summary>The cause of a failure; otherwise null.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Rollback of {Target.Name}: {Status}{(To is null ? "" : $", to {To}")}";
}
