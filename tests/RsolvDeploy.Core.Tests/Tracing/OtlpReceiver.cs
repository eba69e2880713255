using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RsolvDeploy.Core.Tests.Tracing;

/// <summary>
/// A collector on loopback that parses OTLP over HTTP as opentelemetry-proto 1.x defines its JSON: unknown members, upper case ids and
/// numbers of 64 bits that are no text are refused.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WebApplication _app;
    private readonly List<ReceivedSpan> _spans = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The status of each response; null for 200.</summary>
    public int? Status { get; set; }

    /// <summary>Whether it never responds.</summary>
    public bool Hangs { get; set; }

    public string? Authorization { get; private set; }

    public IReadOnlyDictionary<string, object?> Resource { get; private set; } = new Dictionary<string, object?>();

    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_gate) return [.. _spans];
        }
    }

    public static async Task<OtlpReceiver> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", (Delegate)receiver.ReceiveAsync);
        await app.StartAsync(ct);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpContext http)
    {
        if (Hangs) await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Status is { } status) return Results.StatusCode(status);
        if (http.Request.ContentType != "application/json") return Results.StatusCode(415);
        using var document = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        lock (_gate)
        {
            Authorization = http.Request.Headers.Authorization;
            foreach (var resource in Members(document.RootElement, "resourceSpans")["resourceSpans"].EnumerateArray())
            {
                var parts = Members(resource, "resource", "scopeSpans");
                Resource = Attributes(Members(parts["resource"], "attributes")["attributes"]);
                foreach (var scope in parts["scopeSpans"].EnumerateArray())
                    _spans.AddRange(Members(scope, "scope", "spans")["spans"].EnumerateArray().Select(SpanOf));
            }
        }

        return Results.Json(new { partialSuccess = new { } });
    }

    private static ReceivedSpan SpanOf(JsonElement span)
    {
        var members = Members(
            span,
            "traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "events", "status");
        Assert.Equal(1, members["kind"].GetInt32());
        var status = Members(members["status"], "code", "message");
        return new ReceivedSpan(
            members["name"].GetString()!,
            Id(members["traceId"], 32),
            Id(members["spanId"], 16),
            members.TryGetValue("parentSpanId", out var parent) ? Id(parent, 16) : null,
            Time(members["startTimeUnixNano"]),
            Time(members["endTimeUnixNano"]),
            status.TryGetValue("code", out var code) ? code.GetInt32() : 0,
            Attributes(members["attributes"]),
            [.. members["events"].EnumerateArray().Select(one => Members(one, "timeUnixNano", "name", "attributes"))
                .Select(one => (one["name"].GetString()!, Time(one["timeUnixNano"]), Attributes(one["attributes"])))]);
    }

    private static string Id(JsonElement value, int digits)
    {
        var id = value.GetString()!;
        Assert.Matches($"^[0-9a-f]{{{digits}}}$", id);
        Assert.Matches("[^0]", id);
        return id;
    }

    private static DateTimeOffset Time(JsonElement value) =>
        DateTimeOffset.UnixEpoch.AddTicks(long.Parse(value.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) / 100);

    private static Dictionary<string, object?> Attributes(JsonElement list) => list.EnumerateArray()
        .Select(one => Members(one, "key", "value"))
        .ToDictionary(one => one["key"].GetString()!, one => Value(Assert.Single(one["value"].EnumerateObject())));

    private static object? Value(JsonProperty value) => value.Name switch
    {
        "stringValue" => value.Value.GetString(),
        "boolValue" => value.Value.GetBoolean(),
        "intValue" => long.Parse(value.Value.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        "doubleValue" => value.Value.GetDouble(),
        _ => throw new FormatException($"{value.Name} is no value of OTLP"),
    };

    private static Dictionary<string, JsonElement> Members(JsonElement json, params string[] known)
    {
        var members = json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        Assert.Empty(members.Keys.Except(known));
        return members;
    }
}

/// <summary>A span that a collector received.</summary>
internal sealed record ReceivedSpan(
    string Name, string TraceId, string SpanId, string? ParentId, DateTimeOffset Start, DateTimeOffset End, int Status,
    IReadOnlyDictionary<string, object?> Attributes,
    IReadOnlyList<(string Name, DateTimeOffset At, Dictionary<string, object?> Attributes)> Events);
