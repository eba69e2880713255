namespace RsolvDeploy.Cluster.Workloads;

/// <summary>The end of a container's log.</summary>
/// <param name="Namespace">The namespace of the pod.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container; null for the pod's only one.</param>
/// <param name="Lines">How many lines at most.</param>
internal sealed record LogTail(string Namespace, string Pod, string? Container, int Lines)
{
    /// <summary>Whether the log is the one of the instance before the last restart.</summary>
    public bool Previous { get; init; }
}
