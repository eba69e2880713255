namespace RsolvDeploy.Services;

/// <summary>An HTTP client to a service, by its address or through the cluster, and the name of the place for messages.</summary>
/// <param name="Http">The client. It is disposed with the connection.</param>
/// <param name="Where">Where it leads, for people.</param>
internal sealed record ServiceConnection(HttpClient Http, string Where) : IDisposable
{
    public void Dispose() => Http.Dispose();
}
