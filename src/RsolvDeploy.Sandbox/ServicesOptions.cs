using RsolvDeploy.Sandbox.Images;
using RsolvDeploy.Sandbox.Monitoring;

namespace RsolvDeploy.Sandbox;

/// <summary>The credentials and labels of the services.</summary>
internal sealed record ServicesOptions
{
    /// <summary>The credential of the registry; null for an open one.</summary>
    public RegistryCredential? RegistryCredential { get; init; }

    /// <summary>Called with each request before it is handled; null for nothing.</summary>
    public Func<HttpContext, Task>? Arriving { get; init; }

    /// <summary>The credential of Grafana.</summary>
    public GrafanaCredential Grafana { get; init; } = GrafanaCredential.Default;

    /// <summary>The environment label of scraped series.</summary>
    public string Environment { get; init; } = "production";
}
