using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The dashboard <c>rfc-060-validation</c>, in the classic schema.</summary>
internal static class GrafanaDashboard
{
    public const string Uid = "rfc-060-validation";

    public const string Title = "RFC-060 Validation and Mitigation";

    /// <summary>The folder that it lies in.</summary>
    public const string Folder = "RSOLV";

    public const string FolderUid = "rsolv";

    public static JsonObject Make(string environment) => new()
    {
        ["id"] = 1,
        ["uid"] = Uid,
        ["title"] = Title,
        ["tags"] = new JsonArray("rfc-060", "rsolv"),
        ["timezone"] = "utc",
        ["schemaVersion"] = 39,
        ["version"] = 1,
        ["refresh"] = "30s",
        ["editable"] = true,
        ["time"] = new JsonObject { ["from"] = "now-1h", ["to"] = "now" },
        ["templating"] = new JsonObject
        {
            ["list"] = new JsonArray(
                Variable("environment", GrafanaPanels.Environments, environment, environment),
                Variable("instance", GrafanaPanels.Instances, "All", "$__all")),
        },
        ["panels"] = new JsonArray(
        [
            .. GrafanaPanels.All[..5].Select(panel => (JsonNode)Panel(panel)),
            new JsonObject
            {
                ["id"] = GrafanaPanels.Library.Id,
                ["title"] = GrafanaPanels.Library.Title,
                ["gridPos"] = Place(GrafanaPanels.Library.Id),
                ["libraryPanel"] = new JsonObject { ["uid"] = GrafanaPanels.LibraryUid, ["name"] = GrafanaPanels.LibraryName },
            },
            new JsonObject
            {
                ["id"] = 7,
                ["title"] = "Instances",
                ["type"] = "row",
                ["collapsed"] = true,
                ["gridPos"] = new JsonObject { ["h"] = 1, ["w"] = 24, ["x"] = 0, ["y"] = 16 },
                ["panels"] = new JsonArray([.. GrafanaPanels.All[5..].Select(panel => (JsonNode)Panel(panel))]),
            },
            new JsonObject
            {
                ["id"] = 9,
                ["title"] = "About",
                ["type"] = "text",
                ["gridPos"] = Place(9),
                ["options"] = new JsonObject { ["mode"] = "markdown", ["content"] = "RFC-060" },
            },
        ]),
    };

    /// <summary>A panel, which is also the model of a library panel.</summary>
    public static JsonObject Panel(GrafanaPanel panel)
    {
        var made = new JsonObject
        {
            ["id"] = panel.Id,
            ["title"] = panel.Title,
            ["type"] = panel.Type,
            ["datasource"] = GrafanaPanels.Source(),
            ["gridPos"] = Place(panel.Id),
            ["targets"] = new JsonArray(GrafanaPanels.Target(panel)),
        };
        if (panel.Repeat is not null) made["repeat"] = panel.Repeat;
        return made;
    }

    private static JsonObject Place(int id) => new() { ["h"] = 8, ["w"] = 8, ["x"] = (id - 1) % 3 * 8, ["y"] = (id - 1) / 3 * 8 };

    private static JsonObject Variable(string name, string query, string text, string value) => new()
    {
        ["name"] = name,
        ["type"] = "query",
        ["datasource"] = GrafanaPanels.Source(),
        ["definition"] = query,
        ["query"] = new JsonObject { ["query"] = query, ["refId"] = name },
        ["current"] = new JsonObject { ["selected"] = true, ["text"] = text, ["value"] = value },
        ["options"] = new JsonArray(),
        ["includeAll"] = value == "$__all",
        ["multi"] = value == "$__all",
        ["refresh"] = 1,
        ["regex"] = "",
        ["sort"] = 1,
    };
}
