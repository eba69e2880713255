namespace RsolvDeploy;

/// <summary>The part of one workload in the update or rollback of a release.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Status">How it ended; <see cref="StepStatus.Skipped"/> when it was not started.</param>
public sealed record WorkloadRollout(Workload Workload, StepStatus Status)
{
    /// <summary>The image that was set; null when it was not started.</summary>
    public string? Image { get; init; }

    /// <summary>The image before.</summary>
    public string? PreviousImage { get; init; }

    /// <summary>The revision that the change created; null for a CronJob, and when nothing was written.</summary>
    public long? Revision { get; init; }

    /// <summary>The revision before; null for a CronJob.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The pods of the new revision, as last observed.</summary>
    public IReadOnlyList<PodState> Pods { get; init => field = value.ToArray(); } = [];

    /// <summary>The cause of a failure; otherwise null.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The events of the rollout in order.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init => field = value.ToArray(); } = [];

    /// <summary>The time from the write to the end of the rollout.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Workload}: {Status}{(Diagnosis is { } cause ? $", {cause.Cause}" : "")}";
}
