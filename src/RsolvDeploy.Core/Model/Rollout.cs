namespace RsolvDeploy;

/// <summary>An update of a deployment and how it ended, as <c>Update-RsolvDeployment</c> saw it.</summary>
public sealed record Rollout(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The image that was set (<c>repository@sha256:…</c>).</summary>
    public string? Image { get; init; }

    /// <summary>The image that was there before, for a rollback.</summary>
    public string? PreviousImage { get; init; }

    /// <summary>The change of the Deployment, field by field, as it was shown before; secrets are masked. Empty when nothing differs.</summary>
    public string Diff { get; init; } = "";

    /// <summary>The revision this update made; null when nothing was written.</summary>
    public long? Revision { get; init; }

    /// <summary>The revision that was there before.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The pods of the new revision, as last seen.</summary>
    public IReadOnlyList<PodState> Pods { get; init => field = value.ToArray(); } = [];

    /// <summary>Why it failed, when it did; otherwise null.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>What happened when.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init => field = value.ToArray(); } = [];

    /// <summary>The rollback that <c>-RollbackOnFailure</c> took; null when none was needed or asked for.</summary>
    public Rollback? Rollback { get; init; }

    /// <summary>The folder with what was there when it failed (pods, events, logs, metrics); null when it did not fail, or it could not be saved.</summary>
    public string? Evidence { get; init; }

    /// <summary>From the write to the end that was seen.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Update of {Target.Name}: {Status}{(Diagnosis is { } cause ? $", {cause.Cause}" : Image is null ? "" : $", {Image}")}";
}
