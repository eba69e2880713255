using System.Globalization;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Resilience;
using RsolvDeploy.Services;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Monitoring;

/// <summary>Alertmanager's HTTP API v2, as far as a verification needs it. Disposes the HTTP client it was given.</summary>
internal sealed class AlertmanagerClient(HttpClient http, string where, TimeProvider time) : IDisposable
{
    private static readonly ServiceIdentity Service = new("Alertmanager", "alertmanager", "AlertmanagerUnreachable")
    {
        RefusedId = "AlertmanagerUnauthorized",
    };

    private const int LongestResponse = 64 * 1024 * 1024;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    private readonly RetryPolicy _retries = new(new RetryOptions(
        (_, error) => error is DeployException { Category: FaultCategory.ConnectionError }, Retries: 3, TimeSpan.FromMilliseconds(200))
    {
        LongestDelay = TimeSpan.FromSeconds(2),
        Time = time,
    });

    /// <summary>Connects by address, or to the service in the cluster. Nothing is sent yet.</summary>
    public static AlertmanagerClient Open(AlertmanagerSettings settings, ServiceAccess access, TimeProvider time)
    {
        var (http, where) = access.Open(Service, new ServiceEndpoint(settings.Url, settings.Service, settings.Access));
        return new AlertmanagerClient(http, where, time);
    }

    public void Dispose() => http.Dispose();

    /// <summary>The alerts and the active silences.</summary>
    /// <exception cref="DeployException"><c>AlertmanagerUnreachable</c>, <c>AlertmanagerNotUnderstood</c>.</exception>
    public async Task<AlertmanagerState> ReadAsync(CancellationToken ct)
    {
        Task<List<AlertmanagerAlert>> alerts = GetAsync("api/v2/alerts", AlertOf, ct);
        Task<List<AlertmanagerSilence>> silences = GetAsync("api/v2/silences", SilenceOf, ct);
        await Task.WhenAll(alerts, silences);
        return new AlertmanagerState(await alerts, await silences);
    }

    private Task<List<T>> GetAsync<T>(string path, Func<JsonElement, T?> read, CancellationToken ct)
        where T : class => _retries.RunAsync(token => TryAsync(path, read, token), ct);

    private async Task<List<T>> TryAsync<T>(string path, Func<JsonElement, T?> read, CancellationToken ct)
        where T : class
    {
        using var limit = new CancellationTokenSource(AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using HttpResponseMessage response = await http.GetAsync(
                new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (!response.IsSuccessStatusCode)
            {
                string status = ServiceFaults.Status(response);
                throw (int)response.StatusCode is >= 500 or 429 ? Unreachable(status) : NotUnderstood(path, status);
            }

            await using Stream body = await response.Content.ReadAsStreamAsync(both.Token);
            using JsonDocument document = await JsonDocument.ParseAsync(
                new BoundedStream(body, LongestResponse), cancellationToken: both.Token);
            return IsListOfObjects(document.RootElement)
                ? [.. document.RootElement.EnumerateArray().Select(read).OfType<T>()]
                : throw NotUnderstood(path, "it is no list of objects");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Unreachable($"no response within {AttemptTimeout.TotalSeconds:0} s");
        }
        catch (JsonException)
        {
            throw NotUnderstood(path, "it is not JSON");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw ServiceFaults.From(Service, where, fault);
        }
    }

    private static bool IsListOfObjects(JsonElement list) => list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object);

    private static AlertmanagerAlert? AlertOf(JsonElement alert)
    {
        JsonElement status = alert.TryGetProperty("status", out JsonElement given) ? given : default;
        return new AlertmanagerAlert(Labels(alert), PrometheusResponse.TextOrEmpty(alert, "fingerprint"))
        {
            SilencedBy = Texts(status, "silencedBy"),
            InhibitedBy = Texts(status, "inhibitedBy"),
            MutedBy = Texts(status, "mutedBy"),
            Receivers = [.. Items(alert, "receivers").Select(receiver => PrometheusResponse.TextOrEmpty(receiver, "name"))],
        };
    }

    // An expired silence stays in the list for some days.
    private static AlertmanagerSilence? SilenceOf(JsonElement silence) =>
        !silence.TryGetProperty("status", out JsonElement status) || PrometheusResponse.TextOrEmpty(status, "state") != "active"
            ? null
            : new AlertmanagerSilence(
                PrometheusResponse.TextOrEmpty(silence, "id"),
                PrometheusResponse.TextOrEmpty(silence, "createdBy"),
                PrometheusResponse.TextOrEmpty(silence, "comment"),
                DateTimeOffset.TryParse(
                    PrometheusResponse.TextOrEmpty(silence, "endsAt"),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out DateTimeOffset end) ? end : null,
                [.. Items(silence, "matchers").Select(matcher => new SilenceMatcher(
                    PrometheusResponse.TextOrEmpty(matcher, "name"),
                    PrometheusResponse.TextOrEmpty(matcher, "value"),
                    matcher.TryGetProperty("isRegex", out JsonElement regex) && regex.ValueKind == JsonValueKind.True,
                    !matcher.TryGetProperty("isEqual", out JsonElement equal) || equal.ValueKind != JsonValueKind.False))]);

    private static Dictionary<string, string> Labels(JsonElement alert) =>
        alert.TryGetProperty("labels", out JsonElement labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().DistinctBy(label => label.Name).ToDictionary(label => label.Name, label => label.Value.ToString())
            : [];

    private static string[] Texts(JsonElement parent, string name) =>
        [.. Items(parent, name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    private static JsonElement[] Items(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out JsonElement list)
            && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    private DeployException Unreachable(string reason) => ServiceFaults.Unreachable(Service, where, reason);

    private DeployException NotUnderstood(string path, string reason) => new(
        "AlertmanagerNotUnderstood",
        FaultCategory.ProtocolError,
        $"The response of {where} to {path} is not Alertmanager's API: {reason}.",
        "Check that alertmanager.url or alertmanager.service names Alertmanager 0.16 or later, with its path prefix.")
    { Subject = where };
}
