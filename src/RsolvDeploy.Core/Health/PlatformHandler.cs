namespace RsolvDeploy.Health;

/// <summary>Sends some requests one way, and all others another way.</summary>
/// <param name="isSpecial">Whether a request is one of some.</param>
/// <param name="special">Sends them.</param>
/// <param name="others">Sends all others.</param>
internal sealed class PlatformHandler(Func<Uri, bool> isSpecial, HttpMessageHandler special, HttpMessageHandler others) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _special = new(special);
    private readonly HttpMessageInvoker _others = new(others);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (isSpecial(request.RequestUri!) ? _special : _others).SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _special.Dispose();
            _others.Dispose();
        }

        base.Dispose(disposing);
    }
}
