namespace RsolvDeploy.Services;

/// <summary>Adds the configured headers to every request.</summary>
/// <param name="headers">The headers.</param>
/// <param name="inner">Sends the requests.</param>
internal sealed class HeaderHandler(IReadOnlyDictionary<string, string> headers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return base.SendAsync(request, cancellationToken);
    }
}
