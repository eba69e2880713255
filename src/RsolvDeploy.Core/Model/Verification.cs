namespace RsolvDeploy;

/// <summary>A verification of the running deployment: the result of <c>Test-RsolvHealth</c> and <c>Test-RsolvMetrics</c>.</summary>
public sealed record Verification(TargetIdentity Target, string RunId, Verdict Verdict, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <inheritdoc/>
    public StepStatus Status { get; init; } = Verdict == Verdict.Passed ? StepStatus.Succeeded : StepStatus.Failed;

    /// <summary>The image that ran during the verification; null when it was not read.</summary>
    public string? Image { get; init; }

    /// <summary>The previous revision, for a rollback; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>
    /// The median response time of each endpoint by its path, such as <c>/health</c>; empty when it was not measured.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> ResponseTimes { get; init; } = new Dictionary<string, TimeSpan>();

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Verification of {Target.Name}: {Verdict}";
}
