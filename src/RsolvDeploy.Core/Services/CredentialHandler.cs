using System.Net;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Services;

/// <summary>
/// Sends requests with a credential, which is read before the first of them, and again after the service refused it: a token may have been
/// renewed. It is sent to its own host alone.
/// </summary>
/// <param name="origin">The scheme, host and port that it is for.</param>
/// <param name="read">Reads it.</param>
/// <param name="connect">Makes the handler of its connections.</param>
/// <param name="refused">Makes the error of a credential that is refused; null when the response is passed on.</param>
internal sealed class CredentialHandler(
    Uri origin,
    Func<CancellationToken, Task<ServiceCredential>> read,
    Func<ServiceCredential, HttpMessageHandler> connect,
    Func<DeployException>? refused)
    : HttpMessageHandler
{
    private const UriComponents Origin = UriComponents.SchemeAndServer | UriComponents.StrongPort;

    private readonly SemaphoreSlim _one = new(1);
    private readonly List<HttpMessageInvoker> _all = [];
    private (ServiceCredential Credential, HttpMessageInvoker Http)? _opened;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Uri.Compare(request.RequestUri, origin, Origin, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            throw new DeployException(
                "AddressInsecure", FaultCategory.SecurityError,
                $"The credential for {origin.Authority} was not sent to {request.RequestUri?.Authority}.",
                "Correct the address in the configuration; a credential belongs to one host.")
            { Subject = origin.Authority };
        }

        var (credential, http) = await OpenAsync(cancellationToken);
        request.Headers.Authorization = credential.Authorization;
        var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
        await ForgetAsync(http, cancellationToken);
        if (refused is null || credential.Authorization is null) return response;
        response.Dispose();
        throw refused();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var http in _all) http.Dispose();
            _one.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<(ServiceCredential Credential, HttpMessageInvoker Http)> OpenAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_opened is { } known) return known;
            var credential = await read(ct);
            var http = new HttpMessageInvoker(connect(credential));
            _all.Add(http);
            _opened = (credential, http);
            return (credential, http);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ForgetAsync(HttpMessageInvoker refused, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        if (_opened?.Http == refused) _opened = null;
        _one.Release();
    }
}
