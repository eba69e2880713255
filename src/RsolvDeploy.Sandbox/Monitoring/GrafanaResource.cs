using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The dashboard <c>rfc-060-validation-v2</c>: the same panels in the v2 schema, as a resource of Grafana's newer API.</summary>
internal static class GrafanaResource
{
    public const string Uid = "rfc-060-validation-v2";

    /// <summary>The path of the newer API, without the uid.</summary>
    public const string Path = "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards";

    public static JsonObject Make(string environment) => new()
    {
        ["kind"] = "Dashboard",
        ["apiVersion"] = "dashboard.grafana.app/v2beta1",
        ["metadata"] = new JsonObject
        {
            ["name"] = Uid,
            ["namespace"] = "default",
            ["resourceVersion"] = "1",
            ["creationTimestamp"] = "2026-01-01T00:00:00Z",
            ["annotations"] = new JsonObject { ["grafana.app/folder"] = GrafanaDashboard.FolderUid },
        },
        ["spec"] = new JsonObject
        {
            ["title"] = $"{GrafanaDashboard.Title}, v2",
            ["tags"] = new JsonArray("rfc-060"),
            ["cursorSync"] = "Off",
            ["preload"] = false,
            ["links"] = new JsonArray(),
            ["annotations"] = new JsonArray(),
            ["timeSettings"] = new JsonObject
            {
                ["timezone"] = "utc",
                ["from"] = "now-1h",
                ["to"] = "now",
                ["autoRefresh"] = "30s",
                ["autoRefreshIntervals"] = new JsonArray("30s", "1m"),
                ["hideTimepicker"] = false,
                ["fiscalYearStartMonth"] = 0,
            },
            ["variables"] = new JsonArray(
                Variable("environment", GrafanaPanels.Environments, environment, environment),
                Variable("instance", GrafanaPanels.Instances, "All", "$__all")),
            ["elements"] = new JsonObject(
            [
                .. GrafanaPanels.All.Select(panel => KeyValuePair.Create($"panel-{panel.Id}", (JsonNode?)Element(panel))),
                KeyValuePair.Create("library", (JsonNode?)Library()),
            ]),
            ["layout"] = Layout(),
        },
    };

    private static JsonObject Element(GrafanaPanel panel) => Kind("Panel", new JsonObject
    {
        ["id"] = panel.Id,
        ["title"] = panel.Title,
        ["links"] = new JsonArray(),
        ["data"] = Kind("QueryGroup", new JsonObject
        {
            ["queries"] = new JsonArray(Kind("PanelQuery", new JsonObject
            {
                ["refId"] = "A",
                ["hidden"] = false,
                ["query"] = Query(new JsonObject
                {
                    ["expr"] = panel.Query,
                    ["instant"] = !panel.IsRange,
                    ["range"] = panel.IsRange,
                }),
            })),
            ["transformations"] = new JsonArray(),
            ["queryOptions"] = new JsonObject(),
        }),
        ["vizConfig"] = new JsonObject
        {
            ["kind"] = "VizConfig",
            ["group"] = panel.Type,
            ["version"] = "12.1.0",
            ["spec"] = new JsonObject
            {
                ["options"] = new JsonObject(),
                ["fieldConfig"] = new JsonObject { ["defaults"] = new JsonObject(), ["overrides"] = new JsonArray() },
            },
        },
    });

    private static JsonObject Library() => Kind("LibraryPanel", new JsonObject
    {
        ["id"] = GrafanaPanels.Library.Id,
        ["title"] = GrafanaPanels.Library.Title,
        ["libraryPanel"] = new JsonObject { ["name"] = GrafanaPanels.LibraryName, ["uid"] = GrafanaPanels.LibraryUid },
    });

    private static JsonObject Layout()
    {
        var first = new JsonArray(
            [.. GrafanaPanels.All[..5].Select(panel => (JsonNode)Item($"panel-{panel.Id}", null)), Item("library", null)]);
        var second = new JsonArray([.. GrafanaPanels.All[5..].Select(panel => (JsonNode)Item($"panel-{panel.Id}", panel.Repeat))]);
        return Kind("RowsLayout", new JsonObject { ["rows"] = new JsonArray(Row("RFC-060", first), Row("Instances", second)) });
    }

    private static JsonObject Row(string title, JsonArray items) => Kind("RowsLayoutRow", new JsonObject
    {
        ["title"] = title,
        ["collapse"] = false,
        ["layout"] = Kind("GridLayout", new JsonObject { ["items"] = items }),
    });

    private static JsonObject Item(string element, string? repeat)
    {
        var spec = new JsonObject
        {
            ["x"] = 0,
            ["y"] = 0,
            ["width"] = 8,
            ["height"] = 8,
            ["element"] = new JsonObject { ["kind"] = "ElementReference", ["name"] = element },
        };
        if (repeat is not null) spec["repeat"] = new JsonObject { ["mode"] = "variable", ["value"] = repeat };
        return Kind("GridLayoutItem", spec);
    }

    private static JsonObject Variable(string name, string query, string text, string value) => Kind("QueryVariable", new JsonObject
    {
        ["name"] = name,
        ["current"] = new JsonObject { ["text"] = text, ["value"] = value },
        ["hide"] = "dontHide",
        ["refresh"] = "onDashboardLoad",
        ["skipUrlSync"] = false,
        ["query"] = Query(new JsonObject { ["query"] = query, ["refId"] = name }),
        ["regex"] = "",
        ["sort"] = "alphabeticalAsc",
        ["definition"] = query,
        ["options"] = new JsonArray(),
        ["multi"] = value == "$__all",
        ["includeAll"] = value == "$__all",
        ["allowCustomValue"] = true,
    });

    private static JsonObject Query(JsonObject spec) => new()
    {
        ["kind"] = "DataQuery",
        ["group"] = "prometheus",
        ["version"] = "v0",
        ["datasource"] = new JsonObject { ["name"] = GrafanaPanels.Datasource },
        ["spec"] = spec,
    };

    private static JsonObject Kind(string kind, JsonObject spec) => new() { ["kind"] = kind, ["spec"] = spec };
}
