using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The part of Grafana's HTTP API that reads dashboards and runs their queries.</summary>
internal sealed class GrafanaEndpoints(Monitor monitor, GrafanaCredential credential, string environment)
{
    public void Map(WebApplication app)
    {
        app.Use(GuardAsync);
        app.MapGet("/api/health", () => Results.Json(new JsonObject
        {
            ["database"] = "ok",
            ["version"] = "12.1.0",
            ["commit"] = "rsolv-sandbox",
        }));
        app.MapGet("/api/org", () => Results.Json(new JsonObject { ["id"] = 1, ["name"] = "Main Org." }));
        app.MapGet("/api/search", Search);
        app.MapGet("/api/dashboards/uid/{uid}", Dashboard);
        app.MapGet("/api/datasources", () => Results.Json(new JsonArray(Datasource())));
        app.MapGet("/api/datasources/uid/{uid}", (string uid) => uid == GrafanaDashboard.Datasource
            ? Results.Json(Datasource())
            : Message(404, "Data source not found"));
        app.MapPost("/api/ds/query", (Delegate)QueryAsync);
        new PrometheusEndpoints(monitor).MapApi(app.MapGroup($"/api/datasources/proxy/uid/{GrafanaDashboard.Datasource}"));
    }

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        string authorization = http.Request.Headers.Authorization.ToString();
        string basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
        if (http.Request.Path != "/api/health" && authorization != basic && authorization != $"Bearer {credential.Token}")
        {
            await Message(401, authorization.Length == 0 ? "Unauthorized" : "Invalid username or password").ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private static IResult Message(int status, string message) => Results.Json(
        new JsonObject { ["message"] = message, ["messageId"] = "", ["statusCode"] = status, ["traceID"] = "" }, statusCode: status);

    private IResult Search(HttpContext http)
    {
        string query = http.Request.Query["query"].ToString();
        string tag = http.Request.Query["tag"].ToString();
        string uid = http.Request.Query["dashboardUIDs"].ToString();
        bool found = GrafanaDashboard.Title.Contains(query, StringComparison.OrdinalIgnoreCase)
            && (tag.Length == 0 || tag is "rfc-060" or "rsolv")
            && (uid.Length == 0 || uid == GrafanaDashboard.Uid)
            && http.Request.Query["type"].ToString() is "" or "dash-db";
        return Results.Json(found
            ? new JsonArray(new JsonObject
            {
                ["id"] = 1,
                ["uid"] = GrafanaDashboard.Uid,
                ["title"] = GrafanaDashboard.Title,
                ["uri"] = $"db/{GrafanaDashboard.Uid}",
                ["url"] = $"/d/{GrafanaDashboard.Uid}/{GrafanaDashboard.Uid}",
                ["type"] = "dash-db",
                ["tags"] = new JsonArray("rfc-060", "rsolv"),
                ["isStarred"] = false,
            })
            : []);
    }

    private IResult Dashboard(string uid) => uid != GrafanaDashboard.Uid
        ? Message(404, "Dashboard not found")
        : Results.Json(new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["type"] = "db",
                ["slug"] = GrafanaDashboard.Uid,
                ["url"] = $"/d/{uid}/{uid}",
                ["canSave"] = true,
                ["canEdit"] = true,
                ["created"] = "2026-01-01T00:00:00Z",
                ["updated"] = "2026-01-01T00:00:00Z",
                ["version"] = 1,
                ["provisioned"] = true,
            },
            ["dashboard"] = GrafanaDashboard.Make(environment),
        });

    private static JsonObject Datasource() => new()
    {
        ["id"] = 1,
        ["uid"] = GrafanaDashboard.Datasource,
        ["name"] = "Prometheus",
        ["type"] = "prometheus",
        ["access"] = "proxy",
        ["url"] = "http://prometheus-service.monitoring:9090",
        ["isDefault"] = true,
        ["readOnly"] = true,
    };

    private async Task<IResult> QueryAsync(HttpContext http)
    {
        JsonObject body;
        try
        {
            body = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))?.AsObject() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Message(400, "bad request data");
        }

        if (body["queries"] is not JsonArray { Count: > 0 } queries)
            return Message(400, "no queries found");
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
        if (query["datasource"]?["uid"] is { } uid && Text(uid) != GrafanaDashboard.Datasource)
            throw new PromQlException("bad_data", "data source not found");
        var expression = Parser.Parse(Text(query["expr"]) ?? "");
        bool instant = query["instant"]?.GetValueKind() == JsonValueKind.True;
        long step = Math.Max(
            1000, query["intervalMs"]?.GetValueKind() == JsonValueKind.Number ? query["intervalMs"]!.GetValue<long>() : 15000);
        var matrix = instant
            ? new RangeQuery(to, to, 1).Evaluate(monitor.Store, expression)
            : new RangeQuery(from, to, Math.Max(step, (to - from) / 11000)).Evaluate(monitor.Store, expression);
        return new JsonObject
        {
            ["status"] = 200,
            ["frames"] = new JsonArray([.. matrix.Series.Select(s => Frame(id, s.Labels, s.Samples))]),
        };
    }

    private static JsonObject Frame(string id, LabelSet labels, Sample[] samples) => new()
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
        ["data"] = new JsonObject
        {
            // JSON has no NaN; Grafana writes null and lists the positions elsewhere.
            ["values"] = new JsonArray(
                new JsonArray([.. samples.Select(s => (JsonNode)s.Time)]),
                new JsonArray([.. samples.Select(s => double.IsFinite(s.Value) ? (JsonNode?)s.Value : null)])),
        },
    };

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
