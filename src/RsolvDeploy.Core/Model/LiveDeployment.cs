namespace RsolvDeploy;

/// <summary>The live state of a deployment: the result of <c>Get-RsolvDeployment</c>.</summary>
/// <param name="Target">The target.</param>
/// <param name="State">What it is doing; of several workloads the state of the one that is furthest from ready.</param>
/// <param name="Image">The image that its pod template names; of several workloads that of the main one.</param>
public sealed record LiveDeployment(TargetIdentity Target, DeploymentState State, string Image)
{
    /// <summary>
    /// The digest of the image, <c>sha256:…</c>: the one that the template names, or else the one that all ready pods of the revision
    /// report. Null when neither is known.
    /// </summary>
    public string? Digest { get; init; }

    /// <summary>The workloads of the release, in the order of their update; empty for one Deployment.</summary>
    public IReadOnlyList<LiveWorkload> Workloads { get; init => field = value.ToArray(); } = [];

    /// <summary>The revision; null until the controller has numbered it. Of several workloads that of the main one.</summary>
    public long? Revision { get; init; }

    /// <summary>How many pods are wanted, of all workloads.</summary>
    public int Wanted { get; init; }

    /// <summary>How many pods of this revision are ready, of all workloads.</summary>
    public int Ready { get; init; }

    /// <summary>The rollout that is under way, of all workloads together; null when there is none.</summary>
    public LiveRollout? Rollout { get; init; }

    /// <summary>All pods of the deployment, those of the newest revision first; each that is not ready with its reason.</summary>
    public IReadOnlyList<PodState> Pods { get; init => field = value.ToArray(); } = [];

    /// <summary>The run that holds its lock; null when it is free, or when the Lease may not be read.</summary>
    public LockHolder? Lock { get; init; }

    /// <summary>The running release in the history; null when the history does not have it, or may not be read.</summary>
    public Release? Release { get; init; }

    /// <summary>The newest verified release in the history; null when there is none, or when the history may not be read.</summary>
    public Release? LastKnownGood { get; init; }

    /// <summary>When it was read, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"{Target.Name}: {State}, {Ready} of {Wanted} ready, {Image}{(Rollout is null ? "" : $", {Rollout}")}";
}
