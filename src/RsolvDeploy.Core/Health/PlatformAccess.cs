using System.Net;
using RsolvDeploy.Services;

namespace RsolvDeploy.Health;

/// <summary>
/// HTTP to the platform's own endpoints: the one of the metrics with its credential, every other with that of the health endpoint.
/// </summary>
internal static class PlatformAccess
{
    /// <summary>How errors name the platform.</summary>
    public static readonly ServiceIdentity Service = new("The platform", "health", "PlatformUnreachable")
    {
        Decompresses = true,
        RefusedId = "PlatformUnauthorized",
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    private static readonly ServiceIdentity Metrics = Service with { Section = "metricsEndpoint" };

    // Nobody specifies a credential for it.
    private static readonly ServiceIdentity Website = Service with { Section = "url" };

    /// <summary>Uses a credential that the operator specified for all of its endpoints; null changes nothing.</summary>
    public static void Specify(ServiceAccess access, NetworkCredential? credential)
    {
        access.Specify(Service, credential);
        access.Specify(Metrics, credential);
    }

    /// <summary>A client that takes a response as it is: it follows no redirect and keeps no cookie.</summary>
    /// <param name="access">The access of the step.</param>
    /// <param name="target">The target; it has an url.</param>
    public static HttpClient Open(ServiceAccess access, Target target) => Create(
        new PlatformHandler(
            address => address.AbsolutePath == Endpoint.AddressOf(target.Url!, target.MetricsEndpoint.Path).AbsolutePath,
            access.CreateHandler(Metrics, new ServiceEndpoint(target.Url, null, target.MetricsEndpoint.Access)),
            access.CreateHandler(Service, HealthOf(target))));

    /// <summary>
    /// A client of a visitor, who has no credential and may be redirected to any host. The platform's own authority is trusted for the
    /// platform.
    /// </summary>
    /// <param name="access">The access of the step.</param>
    /// <param name="target">The target; it has an url.</param>
    public static HttpClient OpenWebsite(ServiceAccess access, Target target)
    {
        var health = HealthOf(target);
        var trusted = health.Settings.Credential is { CertificateAuthority: not null } credential
            ? credential with { Username = "", Password = "", Token = null, ClientCertificate = null, ClientKey = null }
            : null;
        var platform = new ServiceEndpoint(target.Url, null, new ServiceAccessSettings { Credential = trusted });
        var others = new ServiceEndpoint(target.Url, null, new ServiceAccessSettings());
        return Create(new PlatformHandler(
            address => address.Authority == target.Url!.Authority && address.Scheme == target.Url.Scheme,
            access.CreateHandler(Website, platform),
            access.CreateHandler(Website, others)));
    }

    /// <summary>A probe whose own connections have the credential and the authorities, too.</summary>
    /// <param name="http">The client of the endpoints.</param>
    /// <param name="access">The access of the step.</param>
    /// <param name="target">The target.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="resolve">Finds the addresses of a host, each of which is requested; null when they are not.</param>
    public static HealthProbe CreateProbe(
        HttpClient http,
        ServiceAccess access,
        Target target,
        TimeProvider clock,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new(http, clock)
        {
            Resolve = resolve,
            Authorize = create => access.CreateHandler(Service, HealthOf(target), create),
            ReadRoots = ct => access.ReadAuthoritiesAsync(Service, HealthOf(target), ct),
        };

    private static HttpClient Create(HttpMessageHandler handler) => new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    private static ServiceEndpoint HealthOf(Target target) => new(target.Url, null, target.Health.Access);
}
