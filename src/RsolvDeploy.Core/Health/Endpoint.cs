using RsolvDeploy.Errors;
using RsolvDeploy.Services;

namespace RsolvDeploy.Health;

/// <summary>
/// Requests one address of the platform. That it does not respond is a measurement, not an exception; a credential or a certificate that is
/// not valid is one, because it shows nothing of the release.
/// </summary>
internal sealed class Endpoint(HttpClient http, Uri address, TimeSpan timeout, TimeProvider time)
{
    public Uri Address { get; } = address;

    /// <summary>Whether the body is read whatever the status; otherwise only with 200.</summary>
    public bool ReadsEveryStatus { get; init; }

    /// <summary>The address of a path of the platform, which may itself lie below a path.</summary>
    public static Uri AddressOf(Uri platform, string path) =>
        new($"{platform.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.TrimStart('/')}");

    /// <summary>Sends one GET and reads the body; nothing is read of it when the status is not 200, unless every status is read.</summary>
    /// <exception cref="DeployException">
    /// <c>PlatformUntrusted</c>, <c>PlatformUnauthorized</c>, or the credential cannot be read.
    /// </exception>
    public async Task<(ProbeResponse Response, T? Body)> GetAsync<T>(
        string accept, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        long stamp = time.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            T? body = ReadsEveryStatus || (int)response.StatusCode == 200 ? await read(response.Content, both.Token) : default;
            return (new ProbeResponse((int)response.StatusCode, time.GetElapsedTime(stamp), null)
            {
                MediaType = response.Content.Headers.ContentType?.MediaType ?? "",
                Location = response.Headers.Location,
            }, body);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (
                new ProbeResponse(null, time.GetElapsedTime(stamp), $"no response from {Address} within {timeout.TotalSeconds:0.#} s"),
                default);
        }
        catch (HttpRequestException fault) when (ServiceFaults.IsCertificate(fault))
        {
            throw ServiceFaults.Untrusted(PlatformAccess.Service, Address.GetLeftPart(UriPartial.Path), fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            return (new ProbeResponse(null, time.GetElapsedTime(stamp), $"no response from {Address}: {Describe(fault)}"), default);
        }
    }

    /// <summary>The most specific reason: the innermost one, or the first that an operator can act on.</summary>
    public static string Describe(Exception fault)
    {
        while (fault is not DeployException && fault.InnerException is not null) fault = fault.InnerException;
        return fault.Message.TrimEnd('.');
    }
}
