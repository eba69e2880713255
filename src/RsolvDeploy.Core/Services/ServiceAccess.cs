using System.Net;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Services;

/// <summary>
/// The access of a step to services: by address or through the cluster, with the credential and the headers that the configuration or the
/// operator specifies. A credential is read at the first request, and goes over TLS, to loopback, or through the API server.
/// </summary>
/// <param name="target">The target; null where no service has a credential.</param>
/// <param name="cluster">Connects to the cluster; null when there is none.</param>
/// <param name="redactor">Learns every credential before it is used.</param>
internal sealed class ServiceAccess(Target? target, Func<ClusterClient>? cluster, Redactor redactor)
{
    private readonly Dictionary<string, NetworkCredential> _specified = new(StringComparer.Ordinal);

    /// <summary>The access to services that need no credential.</summary>
    public static ServiceAccess Anonymous(ClusterClient? cluster = null) =>
        new(null, cluster is null ? null : () => cluster, new Redactor());

    /// <summary>Uses a credential that the operator specified instead of the configured one; null changes nothing.</summary>
    public void Specify(ServiceIdentity identity, NetworkCredential? credential)
    {
        if (credential is null) return;
        redactor.Add(credential.Password);
        _specified[identity.Section] = credential;
    }

    /// <summary>Connects. Nothing is sent and no credential is read yet.</summary>
    /// <exception cref="DeployException"><c>ConfigurationInvalid</c>, or the service's own id when there is no cluster.</exception>
    public ServiceConnection Open(ServiceIdentity identity, ServiceEndpoint endpoint)
    {
        var http = new HttpClient(CreateHandler(identity, endpoint))
        {
            BaseAddress = Base(identity, endpoint),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return new ServiceConnection(http, endpoint.Url is { } url ? url.GetLeftPart(UriPartial.Path) : $"service {endpoint.Service}");
    }

    /// <summary>The handler of the requests. Nothing is sent and no credential is read yet.</summary>
    /// <param name="identity">The service.</param>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="create">Makes its connections; null for those that lead to it.</param>
    public HttpMessageHandler CreateHandler(
        ServiceIdentity identity, ServiceEndpoint endpoint, Func<SocketsHttpHandler>? create = null)
    {
        var handler = WithCredential(identity, endpoint, create);
        return endpoint.Settings.Headers.Count == 0 ? handler : new HeaderHandler(endpoint.Settings.Headers, handler);
    }

    private HttpMessageHandler WithCredential(ServiceIdentity identity, ServiceEndpoint endpoint, Func<SocketsHttpHandler>? create)
    {
        var origin = Base(identity, endpoint);
        var read = ReaderOf(identity, endpoint);
        var forwarded = endpoint.Url is null ? ClusterOf(identity, endpoint.Service!) : null;
        if (read is null) return Connect(null);
        return new CredentialHandler(
            origin,
            ct =>
            {
                if (forwarded is null) SafeAddress.Require(target!, origin, identity.Product);
                return read(ct);
            },
            Connect,
            identity.RefusedId is { } id ? () => ServiceFaults.Refused(identity, id, origin) : null);

        SocketsHttpHandler Connect(ServiceCredential? credential)
        {
            var handler = create?.Invoke() ?? forwarded?.CreateServiceHandler(endpoint.Service!) ?? Direct(identity);
            if (credential is null) return handler;
            handler.SslOptions = credential.CreateTls();
            return handler;
        }
    }

    /// <summary>The authorities that the credential of a service names; null for the system's.</summary>
    public async Task<X509Certificate2Collection?> ReadAuthoritiesAsync(
        ServiceIdentity identity, ServiceEndpoint endpoint, CancellationToken ct) =>
        endpoint.Settings.Credential?.CertificateAuthority is not null && ReaderOf(identity, endpoint) is { } read
            ? (await read(ct)).Authorities
            : null;

    // Null when nothing proves who asks.
    private Func<CancellationToken, Task<ServiceCredential>>? ReaderOf(ServiceIdentity identity, ServiceEndpoint endpoint)
    {
        var reference = endpoint.Settings.Credential;
        if (_specified.TryGetValue(identity.Section, out var specified))
        {
            var given = ServiceCredential.From(specified);
            redactor.Add(given.Authorization?.Parameter);
            if (reference is null) return _ => Task.FromResult(given);
            // Certificates stay those of the configuration.
            var others = reference with { Username = "", Password = "", Token = null };
            return others is { ClientCertificate: null, CertificateAuthority: null }
                ? _ => Task.FromResult(given)
                : async ct => await ReadAsync(others, ct) with { Authorization = given.Authorization };
        }

        return reference is null ? null : ct => ReadAsync(reference, ct);

        Task<ServiceCredential> ReadAsync(CredentialReference from, CancellationToken ct) =>
            new CredentialReader(cluster, target?.Namespace ?? "", redactor).ReadAsync(identity.Section, from, ct);
    }

    private ClusterClient ClusterOf(ServiceIdentity identity, ServiceAddress service) => cluster?.Invoke() ?? throw new DeployException(
        identity.UnreachableId,
        FaultCategory.ConnectionError,
        $"The service {service} of {identity.Section} cannot be reached: there is no connection to the cluster that it runs in.",
        $"Check the kubeconfig and the context of the target, or set {identity.Section}.url.");

    private static Uri Base(ServiceIdentity identity, ServiceEndpoint endpoint) => endpoint switch
    {
        { Url: { } url } => new Uri($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/"),
        { Service: { } service, Settings.UsesTls: true } => new Uri($"https://{service.Name}.{service.Namespace}.svc:{service.Port}/"),
        { Service: { } service } => new Uri($"http://{service.Name}.{service.Namespace}:{service.Port}/"),
        _ => throw new DeployException(
            "ConfigurationInvalid",
            FaultCategory.InvalidData,
            $"{identity.Section} is configured with neither an url nor a service.",
            $"Set {identity.Section}.url or {identity.Section}.service."),
    };

    private static SocketsHttpHandler Direct(ServiceIdentity identity) => new()
    {
        ConnectTimeout = identity.ConnectTimeout,
        AllowAutoRedirect = false,
        AutomaticDecompression = identity.Decompresses ? DecompressionMethods.All : DecompressionMethods.None,
        UseCookies = false,
    };
}
