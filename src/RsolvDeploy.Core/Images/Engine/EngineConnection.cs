using Docker.DotNet.Handler.Abstractions;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Engine;

/// <summary>
/// A connection to an engine over a network. No redirect is followed: the credentials of the registry go to the engine alone. What is not
/// read line by line has a bounded size.
/// </summary>
/// <param name="inner">TLS or ssh; null for neither.</param>
internal sealed class EngineConnection(IAuthProvider? inner) : IAuthProvider
{
    private const long LargestResponse = 64 * 1024 * 1024;

    public bool TlsEnabled => inner?.TlsEnabled ?? false;

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        if (handler is SocketsHttpHandler sockets) (sockets.AllowAutoRedirect, sockets.UseCookies) = (false, false);
        return new BoundedResponses(inner?.ConfigureHandler(handler) ?? handler);
    }

    private sealed class BoundedResponses(HttpMessageHandler handler) : DelegatingHandler(handler)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            // The messages of a build or a push may be as many as they like; each has a bounded length.
            var path = request.RequestUri?.AbsolutePath ?? "";
            if (response.IsSuccessStatusCode
                && (path.EndsWith("/build", StringComparison.Ordinal) || path.EndsWith("/push", StringComparison.Ordinal)))
            {
                return response;
            }

            var body = new StreamContent(
                new BoundedStream(await response.Content.ReadAsStreamAsync(cancellationToken), LargestResponse));
            foreach (var (name, values) in response.Content.Headers) body.Headers.TryAddWithoutValidation(name, values);
            response.Content = body;
            return response;
        }
    }
}
