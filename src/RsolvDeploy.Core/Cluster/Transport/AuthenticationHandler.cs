using System.Net;
using System.Net.Http.Headers;

using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Puts the credential on every request, plain or WebSocket, and asks for a new one when it was refused.</summary>
internal sealed class AuthenticationHandler(ClusterConnection connection, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly ProductInfoHeaderValue UserAgent =
        new("rsolvdeploy", typeof(AuthenticationHandler).Assembly.GetName().Version?.ToString(3) ?? "0");

    private Credential _current = Credential.None;

    /// <summary>The client certificate for the next connection.</summary>
    public Credential Current => Volatile.Read(ref _current);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.Add(UserAgent);
        // The handler takes the name for SNI and for the certificate check from the Host header; there is no other way in.
        if (connection.TlsServerName is not null)
            request.Headers.Host = connection.TlsServerName;
        foreach (var (name, value) in connection.Impersonation)
            request.Headers.TryAddWithoutValidation(name, value);

        var credential = await AuthorizeAsync(request, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        // 401 means that nothing was done, so every request may be sent again.
        if (response.StatusCode != HttpStatusCode.Unauthorized || !connection.Credentials.Reject(credential))
            return response;

        response.Dispose();
        await AuthorizeAsync(request, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<Credential> AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var credential = await connection.Credentials.GetAsync(cancellationToken);
        Volatile.Write(ref _current, credential);
        request.Headers.Authorization = credential switch
        {
            { Token: { } token } => new AuthenticationHeaderValue("Bearer", token),
            { Basic: { } basic } => new AuthenticationHeaderValue("Basic", basic),
            _ => null,
        };
        return credential;
    }
}
