namespace RsolvDeploy;

/// <summary>An update of a deployment: the result of <c>Update-RsolvDeployment</c>.</summary>
public sealed record Rollout(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The image that was set (<c>repository@sha256:…</c>).</summary>
    public string? Image { get; init; }

    /// <summary>The previous image, for a rollback.</summary>
    public string? PreviousImage { get; init; }

    /// <summary>
    /// The changed fields of the Deployment, as the confirmation showed them; secrets are masked. Empty when nothing differs.
    /// </summary>
    public string Diff { get; init; } = "";

    /// <summary>The revision that the update created; null when nothing was written.</summary>
    public long? Revision { get; init; }

    /// <summary>The previous revision.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The rollout of each workload, in the order of the update; empty for a release that is one Deployment.</summary>
    public IReadOnlyList<WorkloadRollout> Workloads { get; init => field = value.ToArray(); } = [];

    /// <summary>The pods of the new revision, as last observed.</summary>
    public IReadOnlyList<PodState> Pods { get; init => field = value.ToArray(); } = [];

    /// <summary>The cause of a failure; otherwise null.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The events of the rollout in order.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init => field = value.ToArray(); } = [];

    /// <summary>The rollback of <c>-RollbackOnFailure</c>; null when it was not needed or not specified.</summary>
    public Rollback? Rollback { get; init; }

    /// <summary>
    /// The folder with the evidence of a failure (pods, events, logs, metrics); null when it did not fail, or nothing was saved.
    /// </summary>
    public string? Evidence { get; init; }

    /// <summary>The time from the write to the end of the rollout.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"Update of {Target.Name}: {Status}{(Diagnosis is { } cause ? $", {cause.Cause}" : Image is null ? "" : $", {Image}")}";
}
