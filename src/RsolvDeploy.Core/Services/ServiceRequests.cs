using RsolvDeploy.Errors;
using RsolvDeploy.Resilience;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Services;

/// <summary>Reads a response.</summary>
/// <param name="response">Its status and headers.</param>
/// <param name="body">Its body.</param>
/// <param name="ct">Cancels, also when the time of the attempt is over.</param>
internal delegate Task<T> ReadResponse<T>(HttpResponseMessage response, Stream body, CancellationToken ct);

/// <summary>
/// Sends requests to a service, each attempt within a time limit. Disposes the connection. A service that does not respond is an error with
/// the service's own id.
/// </summary>
internal sealed class ServiceRequests(ServiceIdentity identity, ServiceConnection connection, TimeProvider time) : IDisposable
{
    // Who sent too much once would send it again.
    private readonly RetryPolicy _retries = new(new RetryOptions(
        (_, error) => error is DeployException { InnerException: not InputTooLongException } fault && fault.Id == identity.UnreachableId,
        Retries: 3,
        TimeSpan.FromMilliseconds(200))
    {
        LongestDelay = TimeSpan.FromSeconds(2),
        Time = time,
    });

    /// <summary>The longest time of one attempt.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public void Dispose() => connection.Dispose();

    /// <summary>Sends a request that changes nothing, and sends it again while the service does not respond.</summary>
    public Task<T> SendAgainAsync<T>(Func<HttpRequestMessage> create, ReadResponse<T> read, CancellationToken ct) =>
        _retries.RunAsync(token => SendAsync(create, read, token), ct);

    /// <summary>Sends a request once.</summary>
    public async Task<T> SendAsync<T>(Func<HttpRequestMessage> create, ReadResponse<T> read, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var request = create();
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await using var body = await response.Content.ReadAsStreamAsync(both.Token);
            return await read(response, body, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw ServiceFaults.TooSlow(identity, connection.Where, AttemptTimeout);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            throw ServiceFaults.From(identity, connection.Where, fault);
        }
    }
}
