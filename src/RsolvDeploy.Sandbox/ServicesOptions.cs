using System.Net;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Sandbox.Images;
using RsolvDeploy.Sandbox.Monitoring;
using RsolvDeploy.Sandbox.Security;

namespace RsolvDeploy.Sandbox;

/// <summary>The credentials and labels of the services.</summary>
internal sealed record ServicesOptions
{
    /// <summary>The credential of the registry; null for an open one.</summary>
    public RegistryCredential? RegistryCredential { get; init; }

    /// <summary>Called with each request before it is handled; null for nothing.</summary>
    public Func<HttpContext, Task>? Arriving { get; init; }

    /// <summary>Whether a connection is admitted, by its peer's end and its own.</summary>
    public Func<IPEndPoint, IPEndPoint, bool> Admits { get; init; } = PeerUser.IsOwn;

    /// <summary>The certificate that the platform is served with over TLS as well; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The credential of Grafana.</summary>
    public GrafanaCredential Grafana { get; init; } = GrafanaCredential.Default;

    /// <summary>The environment label of scraped series.</summary>
    public string Environment { get; init; } = "production";
}
