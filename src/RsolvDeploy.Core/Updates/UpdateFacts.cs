namespace RsolvDeploy.Updates;

/// <summary>What an update records when it starts, so that a probe can determine its outcome.</summary>
/// <param name="Image">The image to set, by digest.</param>
/// <param name="PreviousImage">The image before.</param>
/// <param name="PreviousRevision">The revision before; null when there was none.</param>
internal sealed record UpdateFacts(string Image, string PreviousImage, long? PreviousRevision)
{
    /// <summary>The workloads with their images before; empty for a release that is one Deployment.</summary>
    public IReadOnlyList<WorkloadRelease> Workloads { get; init => field = value ?? []; } = [];

    /// <summary>The Secret with the configuration snapshot from before the update; null when none was written yet.</summary>
    public string? Snapshot { get; init; }
}
