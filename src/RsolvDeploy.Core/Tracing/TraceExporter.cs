using System.Net.Http.Headers;
using System.Text;

namespace RsolvDeploy.Tracing;

/// <summary>Sends spans to a collector by OTLP over HTTP. It never throws: a trace that is not sent must not fail a deployment.</summary>
/// <param name="settings">Where spans go.</param>
/// <param name="handler">Sends the requests; null for the default.</param>
internal sealed class TraceExporter(OtlpSettings settings, HttpMessageHandler? handler = null)
{
    private int _isWarned;

    /// <summary>The exporter that the environment asks for; null for none.</summary>
    public static TraceExporter? FromEnvironment() =>
        OtlpSettings.Read(Environment.GetEnvironmentVariable) is { } settings ? new TraceExporter(settings) : null;

    /// <summary>Sends the spans of a step.</summary>
    /// <param name="step">The kind of the step.</param>
    /// <param name="result">Its result, redacted.</param>
    /// <param name="started">When it started.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Why they were not sent, as a warning; null when they were.</returns>
    public async Task<string?> ExportAsync(
        string step, IStepResult result, DateTimeOffset started, TimeSpan duration, CancellationToken ct)
    {
        if (settings.Endpoint is not { } endpoint) return WarnOnce();
        try
        {
            var trace = TraceIdentity.For(result.RunId, settings.Parent);
            var spans = StepSpans.From(step, result, trace, started, duration);
            var version = typeof(TraceExporter).Assembly.GetName().Version?.ToString(3) ?? "0";
            return await SendAsync(endpoint, OtlpJson.Write(spans, trace.TraceId, settings.Resource, version).ToJsonString(), ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return NotSent(endpoint, e is OperationCanceledException ? "it did not respond in time" : e.Message);
        }
    }

    private async Task<string?> SendAsync(Uri endpoint, string body, CancellationToken ct)
    {
        using var http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }, disposeHandler: handler is null)
        {
            Timeout = settings.Timeout,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in settings.Headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        return response.IsSuccessStatusCode ? null : NotSent(endpoint, $"status {(int)response.StatusCode}");
    }

    private static string NotSent(Uri endpoint, string reason) =>
        $"The trace was not sent to {endpoint.GetLeftPart(UriPartial.Authority)}: {reason}. The deployment does not depend on it.";

    // Settings that cannot work are the same for every step.
    private string? WarnOnce() => Interlocked.Exchange(ref _isWarned, 1) == 0
        ? $"No trace is sent: {settings.Problem} The deployment does not depend on it."
        : null;
}
