using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The part of Grafana's HTTP API that reads dashboards, runs their queries and keeps annotations.</summary>
/// <param name="source">Its data source: a Prometheus with the series of every environment.</param>
/// <param name="series">These series.</param>
/// <param name="faults">The active faults.</param>
/// <param name="options">Who may read it, and the environment that its dashboards select.</param>
internal sealed class GrafanaEndpoints(Monitor source, SeriesStore series, FaultInjector faults, ServicesOptions options)
{

    /// <summary>The annotations.</summary>
    public GrafanaAnnotations Annotations { get; } = new();

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
        app.MapGet($"{GrafanaResource.Path}/{{uid}}", Resource);
        app.MapGet("/api/library-elements/{uid}", Library);
        app.MapGet("/api/datasources", () => Results.Json(new JsonArray(Datasource())));
        app.MapGet("/api/datasources/uid/{uid}", (string uid) => uid == GrafanaPanels.Datasource
            ? Results.Json(Datasource())
            : Message(404, "Data source not found"));
        app.MapGet("/api/frontend/settings", () => Results.Json(new JsonObject
        {
            ["defaultDatasource"] = "Prometheus",
            ["datasources"] = new JsonObject { ["Prometheus"] = Datasource() },
            ["namespace"] = "default",
        }));
        app.MapPost("/api/ds/query", (Delegate)new GrafanaQueries(series, faults).RunAsync);
        app.MapGet("/api/annotations", Annotations.Find);
        app.MapPost("/api/annotations", (Delegate)Annotations.AddAsync);
        new PrometheusEndpoints(source, series).MapApi(app.MapGroup($"/api/datasources/proxy/uid/{GrafanaPanels.Datasource}"));
        new PrometheusEndpoints(source, series).MapApi(app.MapGroup($"/api/datasources/uid/{GrafanaPanels.Datasource}/resources"));
    }

    public static IResult Message(int status, string message) => Results.Json(
        new JsonObject { ["message"] = message, ["messageId"] = "", ["statusCode"] = status, ["traceID"] = "" }, statusCode: status);

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        string authorization = http.Request.Headers.Authorization.ToString();
        string basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Grafana.Username}:{options.Grafana.Password}"));
        bool isKnown = authorization == basic || authorization == $"Bearer {options.Grafana.Token}";
        if (http.Request.Path != "/api/health" && !isKnown)
        {
            await Message(401, authorization.Length == 0 ? "Unauthorized" : "Invalid username or password").ExecuteAsync(http);
            return;
        }

        if (faults.IsActive(Fault.GrafanaForbidden) && http.Request.Path.StartsWithSegments("/api/dashboards", StringComparison.Ordinal))
        {
            await Denied("dashboards:read").ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private static IResult Denied(string action) => Results.Json(
        new JsonObject
        {
            ["accessErrorId"] = "ACE0123456789",
            ["message"] = $"You'll need additional permissions to perform this action. Permissions needed: {action}",
            ["title"] = "Access denied",
        },
        statusCode: 403);

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
                ["folderUid"] = GrafanaDashboard.FolderUid,
                ["folderTitle"] = GrafanaDashboard.Folder,
            })
            : []);
    }

    private IResult Dashboard(string uid) => uid switch
    {
        GrafanaDashboard.Uid => Results.Json(new JsonObject
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
                ["folderTitle"] = GrafanaDashboard.Folder,
                ["folderUid"] = GrafanaDashboard.FolderUid,
                ["folderUrl"] = $"/dashboards/f/{GrafanaDashboard.FolderUid}",
            },
            ["dashboard"] = GrafanaDashboard.Make(options.Environment),
        }),
        // The classic API does not show dashboards of the v2 schema.
        GrafanaResource.Uid => Message(406, $"dashboard api version not supported, use {GrafanaResource.Path}/{uid} instead"),
        _ => Message(404, "Dashboard not found"),
    };

    private IResult Resource(string uid) => uid == GrafanaResource.Uid
        ? Results.Json(GrafanaResource.Make(options.Environment))
        : Results.Json(
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["status"] = "Failure",
                ["message"] = $"dashboards.dashboard.grafana.app \"{uid}\" not found",
                ["reason"] = "NotFound",
                ["code"] = 404,
            },
            statusCode: 404);

    private static IResult Library(string uid) => uid == GrafanaPanels.LibraryUid
        ? Results.Json(new JsonObject
        {
            ["result"] = new JsonObject
            {
                ["id"] = 1,
                ["orgId"] = 1,
                ["folderUid"] = GrafanaDashboard.FolderUid,
                ["uid"] = uid,
                ["name"] = GrafanaPanels.LibraryName,
                ["kind"] = 1,
                ["type"] = GrafanaPanels.Library.Type,
                ["description"] = "",
                ["model"] = GrafanaDashboard.Panel(GrafanaPanels.Library),
                ["version"] = 1,
            },
        })
        : Message(404, "library element could not be found");

    private static JsonObject Datasource() => new()
    {
        ["id"] = 1,
        ["uid"] = GrafanaPanels.Datasource,
        ["orgId"] = 1,
        ["name"] = "Prometheus",
        ["type"] = "prometheus",
        ["access"] = "proxy",
        ["url"] = "http://prometheus-service.monitoring:9090",
        ["isDefault"] = true,
        ["readOnly"] = true,
        ["jsonData"] = new JsonObject { ["httpMethod"] = "POST", ["timeInterval"] = "1s" },
    };
}
