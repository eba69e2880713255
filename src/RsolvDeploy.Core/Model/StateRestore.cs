namespace RsolvDeploy;

/// <summary>What <c>Restore-RsolvState</c> did, object by object.</summary>
public sealed record StateRestore(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The backup's folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>The file that records what was asked and what became of each object, line by line; null when nothing had to be changed.</summary>
    public string? Record { get; init; }

    /// <summary>Each object, in the order in which they were come to.</summary>
    public IReadOnlyList<RestoredObject> Items { get; init => field = value.ToArray(); } = [];

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Restore of {Target.Name}: {Status}, {Items.Count} objects";
}
