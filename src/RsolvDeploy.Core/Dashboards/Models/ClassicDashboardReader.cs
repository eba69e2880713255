using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using static RsolvDeploy.Dashboards.Models.DashboardJson;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>Reads a dashboard of the classic schema, of every schema version since rows were lists.</summary>
internal static class ClassicDashboardReader
{
    /// <summary>Reads <c>{dashboard, meta}</c>.</summary>
    public static Dashboard Read(JsonObject response)
    {
        var dashboard = response["dashboard"];
        return new Dashboard(
            Text(dashboard.At("uid")),
            Text(dashboard.At("title")),
            $"classic schema, version {Number(dashboard.At("schemaVersion"))?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}")
        {
            Link = Text(response.At("meta", "url")),
            Folder = Text(response.At("meta", "folderTitle")),
            From = Text(dashboard.At("time", "from")),
            To = Text(dashboard.At("time", "to")),
            Refresh = Text(dashboard.At("refresh")),
            TimeZone = Text(dashboard.At("timezone")),
            Variables = [.. dashboard.At("templating", "list").Objects().Select(ReadVariable)],
            Panels = [.. ReadPanels(dashboard)],
        };
    }

    /// <summary>The queries of a panel or of the model of a library panel.</summary>
    public static IReadOnlyList<PanelQuery> ReadQueries(JsonObject panel)
    {
        var shared = DataSourceReference.ReadClassic(panel["datasource"]);
        return
        [
            .. panel["targets"].Objects().Select((target, index) => new PanelQuery(
                TextOrNull(target["refId"]) ?? RefId(index),
                // The data source of the panel holds, unless the queries have their own.
                shared.IsMixed || (target["datasource"] is JsonObject or JsonValue && !shared.IsDashboard)
                    ? DataSourceReference.ReadClassic(target["datasource"])
                    : shared,
                target)
            {
                IsHidden = IsTrue(target["hide"]),
            }),
        ];
    }

    /// <summary>A panel from its object, which may be the model of a library panel.</summary>
    public static Panel ReadPanel(JsonObject panel) => new(Number(panel["id"]) ?? 0, Text(panel["title"]), Text(panel["type"]))
    {
        Queries = ReadQueries(panel),
        Library = panel["targets"] is JsonArray ? null : TextOrNull(panel.At("libraryPanel", "uid")),
        Interval = TextOrNull(panel["interval"]),
        MaxDataPoints = Number(panel["maxDataPoints"]),
        TimeFrom = TextOrNull(panel["timeFrom"]),
        TimeShift = TextOrNull(panel["timeShift"]),
    };

    /// <summary>The name of a query without one.</summary>
    public static string RefId(int index) => index < 26 ? ((char)('A' + index)).ToString() : $"Q{index}";

    private static IEnumerable<Panel> ReadPanels(JsonNode? dashboard)
    {
        // Before schema version 16 rows held their panels.
        foreach (var row in dashboard.At("rows").Objects())
            foreach (var panel in row["panels"].Objects()) yield return Within(row, panel);
        JsonObject? above = null;
        foreach (var panel in dashboard.At("panels").Objects())
        {
            if (Text(panel["type"]) != "row")
            {
                yield return Within(above, panel);
                continue;
            }

            above = panel;
            foreach (var collapsed in panel["panels"].Objects()) yield return Within(panel, collapsed);
        }
    }

    private static Panel Within(JsonObject? row, JsonObject panel) => ReadPanel(panel) with
    {
        Row = Text(row?["title"]),
        Repeats = [.. new[] { TextOrNull(row?["repeat"]), TextOrNull(panel["repeat"]) }.OfType<string>()],
    };

    private static Variable ReadVariable(JsonObject variable)
    {
        var kind = Text(variable["type"]) switch
        {
            "query" => VariableKind.Query,
            "custom" => VariableKind.Custom,
            "constant" => VariableKind.Constant,
            "datasource" => VariableKind.DataSource,
            "interval" => VariableKind.Interval,
            "textbox" => VariableKind.TextBox,
            "adhoc" => VariableKind.AdHoc,
            _ => VariableKind.Other,
        };
        var body = variable["query"] as JsonObject;
        return new Variable(Text(variable["name"]), kind)
        {
            Query = TextOrNull(body.At("query")) ?? TextOrNull(variable["query"]) ?? Text(variable["definition"]),
            QueryBody = body,
            Source = DataSourceReference.ReadClassic(variable["datasource"]),
            Regex = Text(variable["regex"]),
            Sort = Number(variable["sort"]) ?? 0,
            IsMulti = IsTrue(variable["multi"]),
            IncludesAll = IsTrue(variable["includeAll"]),
            AllValue = Text(variable["allValue"]),
            Current = Selection(variable["current"]),
            Options = Options(variable["options"]),
            Auto = (IsTrue(variable["auto"]), Text(variable["auto_min"]), Number(variable["auto_count"]) ?? 30),
            Filters = Filters(variable["baseFilters"], variable["filters"]),
        };
    }
}
