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
            throw MonitoredService.IsUntrusted(fault)
                ? MonitoredService.Untrusted(PrometheusFaults.UntrustedId, where, fault)
                : PrometheusFaults.Unreachable(where, MonitoredService.ReasonOf(fault), fault);
        }
    }

    private async Task<PrometheusResponse> ReadAsync(HttpResponseMessage response, Stream body, string what, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode) throw await FaultAsync(response, body, what, ct);
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(new BoundedStream(body, LongestResponse), cancellationToken: ct);
        }
        catch (JsonException fault)
        {
            throw PrometheusFaults.NotUnderstood(
                where, what, $"{response.Content.Headers.ContentType?.MediaType ?? "a body without a type"} that is not JSON", fault);
        }

        var read = new PrometheusResponse(document, response.Headers.Date ?? time.GetUtcNow(), where, what);
        if (read.Read(_ => PrometheusResponse.TextOrEmpty(document.RootElement, "status")) == "success") return read;
        using (read) throw FaultOf(response.StatusCode, what, read.Read(_ => PrometheusErrorBody.Read(document.RootElement)));
    }

    private async Task<DeployException> FaultAsync(HttpResponseMessage response, Stream body, string what, CancellationToken ct) =>
        FaultOf(response.StatusCode, what, await PrometheusErrorBody.ReadAsync(body, ct));

    /// <summary>A refusal in Prometheus' own words is final, but for 503: it is loaded, or was stopped in the middle.</summary>
    private DeployException FaultOf(HttpStatusCode status, string what, PrometheusErrorBody body)
    {
        bool mayRecover = status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests
            or HttpStatusCode.RequestTimeout;
        string reason = $"status {(int)status}{(body.Reason.Length > 0 ? $", {body.Reason}" : "")}";
        if (body.IsPrometheus && (!mayRecover || status == HttpStatusCode.InternalServerError))
            return PrometheusFaults.Refused(where, what, body.Reason.Length > 0 ? body.Reason : reason);
        if (mayRecover) return PrometheusFaults.Unreachable(where, reason);
        return status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            ? PrometheusFaults.NoSuchApi(where, what, reason)
            : PrometheusFaults.NotUnderstood(where, what, reason);
    }
}
