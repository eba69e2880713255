using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary><c>/api/ds/query</c> over the series of the sandbox.</summary>
internal sealed class GrafanaQueries(SeriesStore series, FaultInjector faults)
{
    public async Task<IResult> RunAsync(HttpContext http)
    {
        JsonObject body;
        try
        {
            body = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))?.AsObject() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return GrafanaEndpoints.Message(400, "bad request data");
        }

        if (body["queries"] is not JsonArray { Count: > 0 } queries)
            return GrafanaEndpoints.Message(400, "no queries found");
        if (queries.OfType<JsonObject>().Any(query => Text(query["datasource"]?["uid"]) is { } uid && uid != GrafanaPanels.Datasource))
            return GrafanaEndpoints.Message(404, "Data source not found");
        var now = DateTimeOffset.UtcNow;
        long from = Time(Text(body["from"]), now) ?? now.AddHours(-1).ToUnixTimeMilliseconds();
        long to = Time(Text(body["to"]), now) ?? now.ToUnixTimeMilliseconds();
        var results = new JsonObject();
        bool failed = false;
        foreach (var query in queries.OfType<JsonObject>())
        {
            string id = Text(query["refId"]) ?? "A";
            try
            {
                results[id] = Run(query, id, from, to);
            }
            catch (PromQlException e)
            {
                failed = true;
                results[id] = new JsonObject
                {
                    ["error"] = $"{e.Kind}: {e.Message}",
                    ["errorSource"] = "downstream",
                    ["status"] = 400,
                    ["frames"] = new JsonArray(),
                };
            }
        }

        return Results.Json(new JsonObject { ["results"] = results }, statusCode: failed ? 400 : 200);
    }

    private JsonObject Run(JsonObject query, string id, long from, long to)
    {
        var text = Text(query["expr"]) ?? "";
        if (faults.IsActive(Fault.PanelError) && text.Contains("mitigation_executions", StringComparison.Ordinal))
            throw new PromQlException("execution", "query processing would load too many samples into memory in query execution");
        if (faults.IsActive(Fault.PanelNoData))
            return new JsonObject { ["status"] = 200, ["frames"] = new JsonArray() };
        var expression = Parser.Parse(text);
        bool instant = query["instant"]?.GetValueKind() == JsonValueKind.True;
        long step = Math.Max(
            1000, query["intervalMs"]?.GetValueKind() == JsonValueKind.Number ? query["intervalMs"]!.GetValue<long>() : 15000);
        var matrix = instant
            ? new RangeQuery(to, to, 1).Evaluate(series, expression)
            : new RangeQuery(from, to, Math.Max(step, (to - from) / 11000)).Evaluate(series, expression);
        return new JsonObject
        {
            ["status"] = 200,
            ["frames"] = new JsonArray([.. matrix.Series.Select(one => Frame(id, one.Labels, one.Samples))]),
        };
    }

    private static JsonObject Frame(string id, LabelSet labels, Sample[] samples)
    {
        var positions = samples.Select((sample, index) => (sample, index)).Where(one => double.IsNaN(one.sample.Value))
            .Select(one => (JsonNode)one.index).ToArray();
        var data = new JsonObject
        {
            // JSON has no NaN: it is a null value, and its position stands among the entities.
            ["values"] = new JsonArray(
                new JsonArray([.. samples.Select(s => (JsonNode)s.Time)]),
                new JsonArray([.. samples.Select(s => double.IsFinite(s.Value) ? (JsonNode?)s.Value : null)])),
        };
        if (positions.Length > 0) data["entities"] = new JsonArray(null, new JsonObject { ["NaN"] = new JsonArray(positions) });
        return new JsonObject
        {
            ["schema"] = new JsonObject
            {
                ["refId"] = id,
                ["meta"] = new JsonObject { ["type"] = "timeseries-multi", ["typeVersion"] = new JsonArray(0, 1) },
                ["fields"] = new JsonArray(
                    new JsonObject { ["name"] = "Time", ["type"] = "time", ["typeInfo"] = new JsonObject { ["frame"] = "time.Time" } },
                    new JsonObject
                    {
                        ["name"] = "Value",
                        ["type"] = "number",
                        ["typeInfo"] = new JsonObject { ["frame"] = "float64" },
                        ["labels"] = labels.ToJson(),
                    }),
            },
            ["data"] = data,
        };
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => node.ToJsonString(),
        _ => null,
    };

    private static long? Time(string? text, DateTimeOffset now)
    {
        if (text is null)
            return null;
        if (text == "now")
            return now.ToUnixTimeMilliseconds();
        if (text.StartsWith("now-", StringComparison.Ordinal))
            return now.ToUnixTimeMilliseconds() - Duration.Parse(text[4..], 0);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long time) ? time : null;
    }
}
