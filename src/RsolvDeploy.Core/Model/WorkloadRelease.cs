namespace RsolvDeploy;

/// <summary>What a release set in one of its workloads, as the history keeps it.</summary>
/// <param name="Kind">The kind of the workload.</param>
/// <param name="Name">Its name.</param>
/// <param name="Image">The deployed image.</param>
public sealed record WorkloadRelease(WorkloadKind Kind, string Name, string Image)
{
    /// <summary>The image before; null when it is not known.</summary>
    public string? PreviousImage { get; init; }

    /// <summary>The revision before; null for a CronJob, or when it is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The revision; null for a CronJob.</summary>
    public long? Revision { get; init; }

    /// <summary>As kubectl names it, with the image.</summary>
    public override string ToString() => $"{Kind}/{Name}: {Image}";
}
