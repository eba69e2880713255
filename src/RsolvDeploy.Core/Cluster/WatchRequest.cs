namespace RsolvDeploy.Cluster;

/// <summary>Which objects to watch.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Namespace">Their namespace; null for all.</param>
internal sealed record WatchRequest(ResourceKind Kind, string? Namespace)
{
    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Whether to wait for a server that cannot be reached when the watch begins.</summary>
    public bool Patient { get; init; }
}
