namespace RsolvDeploy;

/// <summary>The test data that was sent to the platform: the result of <c>Send-RsolvTestData</c>.</summary>
public sealed record SentTestData(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The records, in the order in which they are sent.</summary>
    public IReadOnlyList<TestRecord> Records { get; init => field = value.ToArray(); } = [];

    /// <summary>The commit that the records name: the digits of the run, filled up with zeros to 40 digits.</summary>
    public string Commit { get; init; } = "";

    /// <summary>The image of the preceding step, for the next one; null when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The previous revision, for a rollback; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Test data for {Target.Name}: {Status}";
}
