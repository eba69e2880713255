using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Tracing;

/// <summary>Spans in the JSON encoding of OTLP 1.x: ids are hex, enumerations are numbers, and 64-bit numbers are text.</summary>
internal static class OtlpJson
{
    private const int Internal = 1;
    private const int Ok = 1;
    private const int Error = 2;

    /// <summary>The body of an export request.</summary>
    /// <param name="spans">The spans of one trace.</param>
    /// <param name="traceId">The trace.</param>
    /// <param name="resource">What made them.</param>
    /// <param name="version">The version of the module.</param>
    public static JsonObject Write(
        IReadOnlyList<TraceSpan> spans, string traceId, IReadOnlyDictionary<string, object> resource, string version) => new()
        {
            ["resourceSpans"] = new JsonArray(new JsonObject
            {
                ["resource"] = new JsonObject { ["attributes"] = Attributes(resource) },
                ["scopeSpans"] = new JsonArray(new JsonObject
                {
                    ["scope"] = new JsonObject { ["name"] = "RsolvDeploy", ["version"] = version },
                    ["spans"] = new JsonArray([.. spans.Select(span => Write(span, traceId))]),
                }),
            }),
        };

    private static JsonObject Write(TraceSpan span, string traceId)
    {
        var json = new JsonObject
        {
            ["traceId"] = traceId,
            ["spanId"] = span.SpanId,
            ["name"] = span.Name,
            ["kind"] = Internal,
            ["startTimeUnixNano"] = Nanoseconds(span.Start),
            ["endTimeUnixNano"] = Nanoseconds(span.End),
            ["attributes"] = Attributes(span.Attributes),
            ["events"] = new JsonArray([.. span.Events.Select(one => (JsonNode)new JsonObject
            {
                ["timeUnixNano"] = Nanoseconds(one.At),
                ["name"] = one.Name,
                ["attributes"] = Attributes(one.Attributes),
            })]),
            ["status"] = span.Failed is { } failed ? new JsonObject { ["code"] = failed ? Error : Ok } : [],
        };
        if (span.ParentId is { } parent) json["parentSpanId"] = parent;
        return json;
    }

    private static JsonArray Attributes(IReadOnlyDictionary<string, object> attributes) =>
        [.. attributes.Select(one => (JsonNode)new JsonObject { ["key"] = one.Key, ["value"] = Value(one.Value) })];

    private static JsonObject Value(object value) => value switch
    {
        bool flag => new JsonObject { ["boolValue"] = flag },
        long number => new JsonObject { ["intValue"] = number.ToString(CultureInfo.InvariantCulture) },
        double number when double.IsFinite(number) => new JsonObject { ["doubleValue"] = number },
        _ => new JsonObject { ["stringValue"] = Convert.ToString(value, CultureInfo.InvariantCulture) },
    };

    private static string Nanoseconds(DateTimeOffset time) =>
        ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
