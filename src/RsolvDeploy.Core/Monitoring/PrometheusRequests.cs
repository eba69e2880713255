using System.Net;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Resilience;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Monitoring;

/// <summary>Sends the requests of Prometheus' API. Only a GET is sent again when there was no response.</summary>
internal sealed class PrometheusRequests(HttpClient http, string where, TimeProvider time) : IDisposable
{
    private const long LongestResponse = 256 * 1024 * 1024;
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    private readonly RetryPolicy _retries = new(new RetryOptions(
        (_, error) => error is DeployException { Id: PrometheusFaults.UnreachableId }, Retries: 3, TimeSpan.FromMilliseconds(200))
    {
        LongestDelay = TimeSpan.FromSeconds(2),
        Time = time,
    });

    public void Dispose() => http.Dispose();

    public Task<PrometheusResponse> GetAsync(string path, CancellationToken ct) =>
        _retries.RunAsync(token => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), path, token), ct);

    public Task<PrometheusResponse> PostAsync(string path, string what, IReadOnlyDictionary<string, string> form, CancellationToken ct) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) }, what, ct);

    private async Task<PrometheusResponse> SendAsync(Func<HttpRequestMessage> make, string what, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using HttpRequestMessage request = make();
            request.Headers.Accept.ParseAdd("application/json");
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await using Stream body = await response.Content.ReadAsStreamAsync(both.Token);
            return await ReadAsync(response, body, what, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw PrometheusFaults.TooSlow(where, AttemptTimeout);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            Exception reason = fault;
            while (reason is not DeployException && reason.InnerException is not null) reason = reason.InnerException;
            throw PrometheusFaults.Unreachable(where, reason.Message.TrimEnd('.'), fault);
        }
    }

    private async Task<PrometheusResponse> ReadAsync(HttpResponseMessage response, Stream body, string what, CancellationToken ct)
    {
        JsonDocument? document = null;
        try
        {
            document = await JsonDocument.ParseAsync(new BoundedStream(body, LongestResponse), cancellationToken: ct);
        }
        catch (JsonException fault) when (response.IsSuccessStatusCode)
        {
            throw PrometheusFaults.NotUnderstood(
                where, what, $"{response.Content.Headers.ContentType?.MediaType ?? "a body without a type"} that is not JSON", fault);
        }
        catch (JsonException)
        {
            // An error page in words or HTML; the status below is all there is to know.
        }

        string status = document is null ? "" : PrometheusResponse.TextOrEmpty(document.RootElement, "status");
        if (response.IsSuccessStatusCode && status == "success")
            return new PrometheusResponse(document!, response.Headers.Date ?? time.GetUtcNow(), where, what);

        string error = document is null ? "" : PrometheusResponse.TextOrEmpty(document.RootElement, "error");
        document?.Dispose();
        if (status == "error") throw PrometheusFaults.Refused(where, what, error.Length > 0 ? error : $"status {(int)response.StatusCode}");
        if (response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
            throw PrometheusFaults.Unreachable(where, $"status {(int)response.StatusCode}");
        throw PrometheusFaults.NotUnderstood(where, what, $"status {(int)response.StatusCode}");
    }
}
