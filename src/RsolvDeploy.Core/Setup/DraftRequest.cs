namespace RsolvDeploy.Setup;

/// <summary>What a configuration is made for.</summary>
/// <param name="Namespace">The Kubernetes namespace.</param>
/// <param name="TargetName">The name of the target in the configuration.</param>
/// <param name="Folder">The folder of the configuration.</param>
internal sealed record DraftRequest(string Namespace, string TargetName, string Folder)
{
    /// <summary>The kubeconfig; null for kubectl's own.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The kubeconfig context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The Deployment, StatefulSet or DaemonSet; null for the only one of the namespace.</summary>
    public string? Deployment { get; init; }

    /// <summary>The folder of the source tree; it may be no work tree.</summary>
    public required string SourceFolder { get; init; }
}
