using System.Net;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Services;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Monitoring;

/// <summary>Sends the requests of Prometheus' API. Only a GET is sent again when there was no response.</summary>
internal sealed class PrometheusRequests(HttpClient http, string where, TimeProvider time) : IDisposable
{
    private const long LongestResponse = 256 * 1024 * 1024;

    private readonly ServiceRequests _requests = new(PrometheusFaults.Service, new ServiceConnection(http, where), time);

    public void Dispose() => _requests.Dispose();

    public Task<PrometheusResponse> GetAsync(string path, CancellationToken ct) => _requests.SendAgainAsync(
        () => new HttpRequestMessage(HttpMethod.Get, path), (response, body, token) => ReadAsync(response, body, path, token), ct);

    public Task<PrometheusResponse> PostAsync(string path, string what, IReadOnlyDictionary<string, string> form, CancellationToken ct) =>
        _requests.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) },
            (response, body, token) => ReadAsync(response, body, what, token),
            ct);

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
        using (read) throw FaultOf(response, what, read.Read(_ => PrometheusErrorBody.Read(document.RootElement)));
    }

    private async Task<DeployException> FaultAsync(HttpResponseMessage response, Stream body, string what, CancellationToken ct) =>
        FaultOf(response, what, await PrometheusErrorBody.ReadAsync(body, ct));

    /// <summary>A refusal in Prometheus' own words is final, but for 503: it is loaded, or was stopped in the middle.</summary>
    private DeployException FaultOf(HttpResponseMessage response, string what, PrometheusErrorBody body)
    {
        HttpStatusCode status = response.StatusCode;
        bool mayRecover = status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests
            or HttpStatusCode.RequestTimeout;
        string reason = $"{ServiceFaults.Status(response)}{(body.Reason.Length > 0 ? $", {body.Reason}" : "")}";
        if (body.IsPrometheus && (!mayRecover || status == HttpStatusCode.InternalServerError))
            return PrometheusFaults.Refused(where, what, body.Reason.Length > 0 ? body.Reason : reason);
        if (mayRecover) return PrometheusFaults.Unreachable(where, reason);
        return status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            ? PrometheusFaults.NoSuchApi(where, what, reason)
            : PrometheusFaults.NotUnderstood(where, what, reason);
    }
}
