namespace RsolvDeploy;

/// <summary>Which cluster a target means, so that a wrong context is noticed before anything is done.</summary>
public sealed record ClusterSettings
{
    /// <summary>The API server's host, or host and port; null when it is not compared.</summary>
    public string? Server { get; init; }

    /// <summary>The uid of the cluster's namespace <c>kube-system</c>, which identifies a cluster; null when it is not compared.</summary>
    public string? Uid { get; init; }
}
