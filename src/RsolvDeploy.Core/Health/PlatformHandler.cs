namespace RsolvDeploy.Health;

/// <summary>Sends the requests of the metrics endpoint one way, and all others another way.</summary>
/// <param name="metricsPath">The path of the metrics endpoint.</param>
/// <param name="metrics">Sends its requests.</param>
/// <param name="others">Sends all others.</param>
internal sealed class PlatformHandler(string metricsPath, HttpMessageHandler metrics, HttpMessageHandler others) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _metrics = new(metrics);
    private readonly HttpMessageInvoker _others = new(others);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (request.RequestUri?.AbsolutePath == metricsPath ? _metrics : _others).SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _metrics.Dispose();
            _others.Dispose();
        }

        base.Dispose(disposing);
    }
}
