using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Services;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Dashboards.Api;

/// <summary>A response of Grafana whose body is JSON.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body; null for a body of <c>null</c>.</param>
internal sealed record GrafanaResponse(HttpStatusCode Status, JsonNode? Body)
{
    /// <summary>Whether it is a success.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>What an error says, in one line; empty for nothing.</summary>
    public string Reason => Shorten(Body.At("message").Text() ?? Body.At("error").Text() ?? "");

    /// <summary>The first line, in a readable length.</summary>
    public static string Shorten(string text)
    {
        const int Longest = 300;
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        return (line.Length <= Longest ? line : $"{line[..Longest]}…").TrimEnd('.');
    }
}

/// <summary>Sends the requests of Grafana's API. A request that changes nothing is sent again while there is no response.</summary>
/// <param name="connection">The connection; it is disposed with this object.</param>
/// <param name="time">The clock.</param>
internal sealed class GrafanaRequests(ServiceConnection connection, TimeProvider time) : IDisposable
{
    private const int LongestResponse = 64 * 1024 * 1024;

    private readonly ServiceRequests _requests = new(GrafanaFaults.Service, connection, time) { AttemptTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>Where Grafana is, for messages.</summary>
    public string Where => connection.Where;

    /// <summary>The organization; null for the account's own.</summary>
    public string? Organization { get; init; }

    public void Dispose() => _requests.Dispose();

    /// <summary>Reads; any status but a redirect, a refused credential and an overload is a response.</summary>
    public Task<GrafanaResponse> GetAsync(string path, string what, CancellationToken ct) =>
        _requests.SendAgainAsync(
            () => Create(HttpMethod.Get, path, null), (response, body, token) => ReadAsync(response, body, what, token), ct);

    /// <summary>Posts a question, which changes nothing.</summary>
    public Task<GrafanaResponse> AskAsync(string path, string what, JsonObject question, CancellationToken ct) =>
        _requests.SendAgainAsync(
            () => Create(HttpMethod.Post, path, question), (response, body, token) => ReadAsync(response, body, what, token), ct);

    /// <summary>Sends a change, once.</summary>
    public Task<GrafanaResponse> ChangeAsync(HttpMethod method, string path, JsonObject change, CancellationToken ct) =>
        _requests.SendAsync(
            () => Create(method, path, change), (response, body, token) => ReadAsync(response, body, $"{method} {path}", token), ct);

    /// <summary>The body of a success.</summary>
    /// <exception cref="Errors.DeployException">It is none.</exception>
    public JsonNode Required(GrafanaResponse response, string what) => !response.IsSuccess
        ? throw GrafanaFaults.From(Where, what, response.Status, response.Reason)
        : response.Body ?? throw GrafanaFaults.NotUnderstood(Where, what, "the body is null");

    private HttpRequestMessage Create(HttpMethod method, string path, JsonObject? body)
    {
        var request = new HttpRequestMessage(method, path);
        if (Organization is not null) request.Headers.Add("X-Grafana-Org-Id", Organization);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return request;
    }

    private async Task<GrafanaResponse> ReadAsync(HttpResponseMessage response, Stream body, string what, CancellationToken ct)
    {
        if ((int)response.StatusCode is >= 300 and < 400)
            throw GrafanaFaults.Redirected(Where, what, response.Headers.Location?.ToString() ?? "no location");
        using var whole = new MemoryStream();
        await new BoundedStream(body, LongestResponse).CopyToAsync(whole, ct);
        JsonNode? node;
        try
        {
            node = StrictJson.Parse(whole.GetBuffer().AsSpan(0, (int)whole.Length));
        }
        catch (JsonException) when ((int)response.StatusCode >= 400)
        {
            throw GrafanaFaults.From(Where, what, response.StatusCode, Words(whole));
        }
        catch (JsonException fault)
        {
            throw GrafanaFaults.NotUnderstood(
                Where, what, $"{response.Content.Headers.ContentType?.MediaType ?? "a body without a type"} that is not JSON", fault);
        }

        var read = new GrafanaResponse(response.StatusCode, node);
        // An overloaded server is asked again; a query that fails has its own result at any status.
        return (int)response.StatusCode is 401 or 429 or 502 or 503 or 504 && read.Body.At("results") is null
            ? throw GrafanaFaults.From(Where, what, response.StatusCode, read.Reason)
            : read;
    }

    // A page in HTML is of no use in a message.
    private static string Words(MemoryStream body)
    {
        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)Math.Min(body.Length, 4096)).Trim();
        return text.StartsWith('<') ? "" : GrafanaResponse.Shorten(text);
    }
}
