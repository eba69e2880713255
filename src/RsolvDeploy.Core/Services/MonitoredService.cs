using System.Security.Authentication;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Services;

/// <summary>Connects to a service of the monitoring, by its address or through the API server of its cluster.</summary>
internal static class MonitoredService
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The client, and the place for messages. Nothing is sent yet.</summary>
    /// <param name="name">The key of the configuration: <c>prometheus</c>.</param>
    /// <param name="url">The address; null for a service.</param>
    /// <param name="service">The service; null for an address.</param>
    /// <param name="openService">Opens a service of the cluster; null when there is no cluster.</param>
    /// <exception cref="DeployException"><c>ConfigurationInvalid</c>, <c>PrometheusUnreachable</c>, <c>AlertmanagerUnreachable</c>,
    /// <c>GrafanaUnreachable</c>.</exception>
    public static (HttpClient Http, string Where) Connect(
        string name, Uri? url, ServiceAddress? service, Func<ServiceAddress, HttpClient>? openService)
    {
        if (url is not null)
        {
            var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false, UseCookies = false })
            {
                BaseAddress = new Uri($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/"),
                Timeout = Timeout.InfiniteTimeSpan,
            };
            return (http, url.GetLeftPart(UriPartial.Path));
        }

        if (service is null)
        {
            throw new DeployException(
                "ConfigurationInvalid",
                FaultCategory.InvalidData,
                $"{name} is configured with neither an url nor a service.",
                $"Set {name}.url or {name}.service.");
        }

        if (openService is null) throw NoCluster(name, service);
        HttpClient forwarded = openService(service);
        forwarded.BaseAddress ??= new Uri($"http://{service.Name}.{service.Namespace}:{service.Port}/");
        return (forwarded, $"service {service}");
    }

    /// <summary>
    /// The status of a response that is no success. No redirect is followed: what answers elsewhere was not configured, and questions
    /// may hold names of the operator's systems.
    /// </summary>
    public static string Status(HttpResponseMessage response)
    {
        var status = $"status {(int)response.StatusCode}";
        return response.Headers.Location is not { } location
            ? status
            : $"{status}, a redirect to {(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Path) : location.ToString())}, "
                + "which is not followed";
    }

    /// <summary>The innermost reason, or the first that is an error of ours.</summary>
    public static string ReasonOf(Exception fault)
    {
        while (fault is not DeployException && fault.InnerException is not null) fault = fault.InnerException;
        return fault.Message.TrimEnd('.');
    }

    /// <summary>Whether the certificate of the server is the reason; to ask again is no use.</summary>
    public static bool IsUntrusted(Exception? fault) =>
        fault is AuthenticationException || (fault is not null && IsUntrusted(fault.InnerException));

    /// <summary>The certificate of the server is not valid here.</summary>
    public static DeployException Untrusted(string id, string where, Exception fault) => new(
        id,
        FaultCategory.SecurityError,
        $"The certificate of {where} is not trusted: {ReasonOf(fault)}.",
        "Renew the certificate if it expired; otherwise check that it names the host, and that this machine trusts its authority.",
        fault)
    { Subject = where };

    private static DeployException NoCluster(string name, ServiceAddress service) => new(
        $"{char.ToUpperInvariant(name[0])}{name[1..]}Unreachable",
        FaultCategory.ConnectionError,
        $"The service {service} of {name} cannot be reached: there is no connection to the cluster that it runs in.",
        $"Check the kubeconfig and the context of the target, or set {name}.url.");
}
