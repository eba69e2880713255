using System.Net;
using RsolvDeploy.Configuration;

namespace RsolvDeploy.Images.Registry;

/// <summary>
/// Follows redirects of questions (GET and HEAD), as registries send them for blobs. A credential stays on the scheme, host and port that
/// it was for, and nothing that is sent goes elsewhere.
/// </summary>
/// <param name="inner">Sends; it follows no redirect itself.</param>
internal sealed class RegistryRedirects(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MostRedirects = 5;

    /// <summary>The handler of a registry or its token service.</summary>
    public static RegistryRedirects Create() =>
        new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false, UseCookies = false });

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        for (var number = 0; number < MostRedirects && Next(request, response) is { } next; number++)
        {
            var same = next.Scheme == request.RequestUri!.Scheme && next.Authority == request.RequestUri.Authority;
            if (!same) request.Headers.Authorization = null;
            request.RequestUri = next;
            response.Dispose();
            response = await base.SendAsync(request, cancellationToken);
        }

        return response;
    }

    private static Uri? Next(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head) return null;
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
        {
            return null;
        }

        return response.Headers.Location is { } location
            && Uri.TryCreate(request.RequestUri!, location, out var next)
            && next.Scheme is "https" or "http"
            // From TLS nothing leads to clear text.
            && (SafeAddress.IsPrivate(next) || !SafeAddress.IsPrivate(request.RequestUri!))
                ? next
                : null;
    }
}
