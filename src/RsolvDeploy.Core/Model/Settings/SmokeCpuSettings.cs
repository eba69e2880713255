namespace RsolvDeploy;

/// <summary>The requirements for the CPU of the pods.</summary>
public sealed record SmokeCpuSettings
{
    /// <summary>PromQL of the CPU of each pod, in cores, with the label <c>pod</c>; null for the metrics of the kubelet.</summary>
    public string? Query { get; init; }

    /// <summary>How many times the CPU of before the deployment is a spike. Default 2.</summary>
    public double Spike { get; init; } = 2;
}
