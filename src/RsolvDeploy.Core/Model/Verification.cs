namespace RsolvDeploy;

/// <summary>What a verification of the running deployment found.</summary>
public sealed record Verification(Target Target, string RunId, Verdict Verdict, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <inheritdoc/>
    public StepStatus Status { get; init; } = Verdict == Verdict.Passed ? StepStatus.Succeeded : StepStatus.Failed;

    /// <summary>The image that was running when it was verified; null when that was not asked.</summary>
    public string? Image { get; init; }

    /// <summary>The previous revision, carried along from the rollout for a rollback; null when unknown.</summary>
    public long? PreviousRevision { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Verification of {Target.Name}: {Verdict}";
}
