namespace RsolvDeploy;

/// <summary>A sandbox that runs on this machine, as <c>Start-RsolvSandbox</c> outputs it.</summary>
public sealed record SandboxSession
{
    /// <summary>The folder of the sandbox; deleted when the sandbox ends.</summary>
    public required string Folder { get; init; }

    /// <summary>The configuration file of the sandbox, for <c>-ConfigurationPath</c>.</summary>
    public required string ConfigurationPath { get; init; }

    /// <summary>A kubeconfig for the sandbox, also for kubectl.</summary>
    public required string Kubeconfig { get; init; }

    /// <summary>Address of the Kubernetes API.</summary>
    public required string Kubernetes { get; init; }

    /// <summary>Address of the image engine, as in <c>DOCKER_HOST</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Host and port of the registry.</summary>
    public required string Registry { get; init; }

    /// <summary>Address of Prometheus.</summary>
    public required string Prometheus { get; init; }

    /// <summary>Address of Grafana.</summary>
    public required string Grafana { get; init; }

    /// <summary>Address of the sample platform.</summary>
    public required string Platform { get; init; }

    /// <summary>Address of the GitHub API. The file <c>github-token</c> in the folder holds the token that it accepts.</summary>
    public required string GitHub { get; init; }

    /// <summary>Process id of the sandbox.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The configuration file.</summary>
    public override string ToString() => ConfigurationPath;
}
