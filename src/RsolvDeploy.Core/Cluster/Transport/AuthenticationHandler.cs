using System.Net;
using System.Net.Http.Headers;

using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Puts the credential on every request, plain or WebSocket, and asks for a new one when it was refused.</summary>
/// <param name="connection">How the server is reached.</param>
/// <param name="connect">Makes the handler of the connections that a client certificate belongs to; null for none.</param>
internal sealed class AuthenticationHandler(
    ClusterConnection connection, Func<ClientCertificate?, HttpMessageHandler> connect) : HttpMessageHandler
{
    /// <summary>What runs before each attempt of a request, when everything else is ready; it may refuse the attempt.</summary>
    public static readonly HttpRequestOptionsKey<Func<CancellationToken, Task>?> BeforeAttempt = new("rsolv.before-attempt");

    private static readonly ProductInfoHeaderValue UserAgent =
        new("rsolvdeploy", typeof(AuthenticationHandler).Assembly.GetName().Version?.ToString(3) ?? "0");

    // The last one is in use. A connection belongs to the certificate that it was made with, so a new one makes new connections.
    private readonly List<(ClientCertificate? Certificate, HttpMessageInvoker Handler)> _handlers = [];
    private Credential? _last;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.Add(UserAgent);
        // The handler of a proxy takes the name for SNI and for the certificate check from the Host header; there is no other way in.
        if (connection.TlsServerName is not null && !connection.HasOwnTls)
            request.Headers.Host = connection.TlsServerName;
        foreach (var (name, value) in connection.Impersonation)
            request.Headers.TryAddWithoutValidation(name, value);

        // 401 means that nothing was done, so every request may be sent again, once.
        for (var refused = false; ; refused = true)
        {
            var credential = await connection.Credentials.GetAsync(cancellationToken);
            if (Interlocked.Exchange(ref _last, credential) != credential) connection.Credentials.Used?.Invoke(credential);
            request.Headers.Authorization = credential switch
            {
                { Token: { } token } => new AuthenticationHeaderValue("Bearer", token),
                { Basic: { } basic } => new AuthenticationHeaderValue("Basic", basic),
                _ => null,
            };
            if (request.Options.TryGetValue(BeforeAttempt, out var before) && before is not null) await before(cancellationToken);
            var response = await HandlerFor(credential.Chain).SendAsync(request, cancellationToken);
            if (refused || response.StatusCode != HttpStatusCode.Unauthorized || !connection.Credentials.Reject(credential))
                return response;
            response.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var (_, handler) in _handlers) handler.Dispose();
        base.Dispose(disposing);
    }

    private HttpMessageInvoker HandlerFor(ClientCertificate? certificate)
    {
        lock (_handlers)
        {
            if (_handlers.Count == 0 || _handlers[^1].Certificate != certificate)
                _handlers.Add((certificate, new HttpMessageInvoker(connect(certificate))));
            return _handlers[^1].Handler;
        }
    }
}
