namespace RsolvDeploy;

/// <summary>A workload of a release.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
public sealed record Workload(WorkloadKind Kind, string Name)
{
    /// <summary>The container whose image is deployed; null when there is only one.</summary>
    public string? Container { get; init; }

    /// <summary>Other containers and init containers with the same image.</summary>
    public IReadOnlyList<string> AlsoContainers { get; init => field = value.ToArray(); } = [];

    /// <summary>As kubectl names it: <c>StatefulSet/worker</c>.</summary>
    public override string ToString() => $"{Kind}/{Name}";
}
