namespace RsolvDeploy.Services;

/// <summary>An HTTP client to a service, by its address or through the cluster, and the name of the place for messages.</summary>
/// <param name="Http">The client. It is disposed with the connection.</param>
/// <param name="Where">Where it leads, for people.</param>
internal sealed record ServiceConnection(HttpClient Http, string Where) : IDisposable
{
    /// <summary>
    /// Connects by address, or to the service in the cluster by what opens it; null when there is no cluster. Nothing is sent yet.
    /// </summary>
    /// <exception cref="Errors.DeployException"><c>ConfigurationInvalid</c>, or the service's own id when there is no cluster.</exception>
    public static ServiceConnection Open(
        ServiceIdentity identity, Uri? url, ServiceAddress? service, Func<ServiceAddress, HttpClient>? openService)
    {
        var (http, where) = MonitoredService.Connect(identity.Section, url, service, openService);
        return new ServiceConnection(http, where);
    }

    public void Dispose() => Http.Dispose();
}
