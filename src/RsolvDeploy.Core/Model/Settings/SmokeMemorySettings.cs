namespace RsolvDeploy;

/// <summary>The requirements for the memory of the pods.</summary>
public sealed record SmokeMemorySettings
{
    /// <summary>PromQL of the memory of each pod, in bytes, with the label <c>pod</c>; null for the metrics of the kubelet.</summary>
    public string? Query { get; init; }

    /// <summary>By how much the memory may grow over the window, as a share of its start. Default 0.1.</summary>
    public double MaxGrowth { get; init; } = 0.1;

    /// <summary>The largest share of the memory limit. Default 0.9.</summary>
    public double OfLimit { get; init; } = 0.9;
}
