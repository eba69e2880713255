namespace RsolvDeploy;

/// <summary>A way back that was taken, as <c>Undo-RsolvDeployment</c> saw it.</summary>
public sealed record Rollback(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <summary>Why it was gone back there: named by the operator, the last release verified good, or the revision before.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The folder with what was there before the way back (pods, events, logs, metrics); null when nothing was changed or it could not be saved.</summary>
    public string? Evidence { get; init; }

    /// <summary>The image and revision that were left, as <c>image (revision n)</c>.</summary>
    public string? From { get; init; }

    /// <summary>The image and revision that were gone back to, as <c>image (revision n)</c>.</summary>
    public string? To { get; init; }

    /// <summary>The image that runs now.</summary>
    public string? Image { get; init; }

    /// <summary>The revision that the way back made.</summary>
    public long? Revision { get; init; }

    /// <summary>Why, as the operator or the failed step said it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The migrations that were applied since that release ran and stay applied, as <c>-AllowSchemaMismatch</c> allowed; none otherwise.</summary>
    public IReadOnlyList<SchemaMigration> MigrationsCrossed { get; init; } = [];

    /// <summary>The pods that run now.</summary>
    public IReadOnlyList<PodState> Pods { get; init; } = [];

    /// <summary>Why the way back failed, when it did; otherwise null.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };
}
