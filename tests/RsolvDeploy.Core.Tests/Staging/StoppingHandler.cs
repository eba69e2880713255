namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Stops the step when a request to a path arrives.</summary>
internal sealed class StoppingHandler(string path, CancellationTokenSource stop)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath.EndsWith(path, StringComparison.Ordinal)) await stop.CancelAsync();
        return await base.SendAsync(request, cancellationToken);
    }
}
