namespace RsolvDeploy;

/// <summary>The live state of a deployment: the result of <c>Get-RsolvDeployment</c>.</summary>
/// <param name="Target">The target.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Image">The image that its pod template names; for several workloads that of the first.</param>
public sealed record LiveDeployment(TargetIdentity Target, DeploymentState State, string Image)
{
    /// <summary>
    /// The digest of the image, <c>sha256:…</c>: the one that the template names, or else the one that all ready pods of the revision
    /// report. Null when neither is known.
    /// </summary>
    public string? Digest { get; init; }

    /// <summary>The revision; null until the controller has numbered it.</summary>
    public long? Revision { get; init; }

    /// <summary>How many pods are wanted.</summary>
    public int Wanted { get; init; }

    /// <summary>How many pods of this revision are ready.</summary>
    public int Ready { get; init; }

    /// <summary>The rollout that is under way; null when there is none.</summary>
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
