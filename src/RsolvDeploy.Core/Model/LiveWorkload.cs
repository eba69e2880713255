namespace RsolvDeploy;

/// <summary>The live state of one workload of a release.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Image">The image that its pod template names.</param>
public sealed record LiveWorkload(Workload Workload, DeploymentState State, string Image)
{
    /// <summary>The digest of the image, <c>sha256:…</c>; null when neither the template nor a ready pod names it.</summary>
    public string? Digest { get; init; }

    /// <summary>The revision; null until the controller has numbered it, and for a CronJob.</summary>
    public long? Revision { get; init; }

    /// <summary>How many pods are wanted; 0 for a CronJob.</summary>
    public int Wanted { get; init; }

    /// <summary>How many pods of this revision are ready, with those that the update strategy keeps at an earlier one.</summary>
    public int Ready { get; init; }

    /// <summary>The rollout that is under way; null when there is none.</summary>
    public LiveRollout? Rollout { get; init; }

    /// <summary>All its pods, those of the newest revision first; each that is not ready with its reason.</summary>
    public IReadOnlyList<PodState> Pods { get; init => field = value.ToArray(); } = [];

    /// <summary>What is special about it, such as pods that its update strategy keeps; empty when nothing is.</summary>
    public string Note { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Workload}: {State}, {Ready} of {Wanted} ready, {Image}"
        + $"{(Rollout is null ? "" : $", {Rollout}")}{(Note.Length == 0 ? "" : $" ({Note})")}";
}
