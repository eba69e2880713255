namespace RsolvDeploy;

/// <summary>A restore, object by object: the result of <c>Restore-RsolvState</c>.</summary>
public sealed record StateRestore(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The folder of the backup.</summary>
    public string Path { get; init; } = "";

    /// <summary>The file that records the outcome of each object, line by line; null when nothing was changed.</summary>
    public string? Record { get; init; }

    /// <summary>The objects, in the order of the restore.</summary>
    public IReadOnlyList<RestoredObject> Items { get; init => field = value.ToArray(); } = [];

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Restore of {Target.Name}: {Status}, {Items.Count} objects";
}
