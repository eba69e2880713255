using RsolvDeploy.Sandbox.Images;
using RsolvDeploy.Sandbox.Monitoring;

namespace RsolvDeploy.Sandbox;

/// <summary>What the services ask for and call themselves.</summary>
internal sealed record ServicesOptions
{
    /// <summary>What the registry asks for; null for an open one.</summary>
    public RegistryCredential? RegistryCredential { get; init; }

    /// <summary>Called with each request before it is answered; null for nothing.</summary>
    public Func<HttpContext, Task>? Arriving { get; init; }

    /// <summary>What Grafana asks for.</summary>
    public GrafanaCredential Grafana { get; init; } = GrafanaCredential.Default;

    /// <summary>The label that scraped series get.</summary>
    public string Environment { get; init; } = "production";
}
