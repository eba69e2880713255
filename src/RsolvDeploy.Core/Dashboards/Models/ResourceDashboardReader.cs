using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using static RsolvDeploy.Dashboards.Models.DashboardJson;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>
/// Reads a dashboard of the v2 schema (<c>v2alpha1</c>, <c>v2beta1</c>, <c>v2</c>): elements by name, a layout that refers to them, and
/// variables by kind.
/// </summary>
internal static class ResourceDashboardReader
{
    private static readonly string[] Sorts =
    [
        "disabled", "alphabeticalAsc", "alphabeticalDesc", "numericalAsc", "numericalDesc", "alphabeticalCaseInsensitiveAsc",
        "alphabeticalCaseInsensitiveDesc", "naturalAsc", "naturalDesc",
    ];

    /// <summary>Reads <c>{apiVersion, metadata, spec}</c>.</summary>
    public static Dashboard Read(JsonObject resource)
    {
        var spec = resource["spec"];
        var uid = Text(resource.At("metadata", "name"));
        var time = spec.At("timeSettings");
        return new Dashboard(uid, Text(spec.At("title")), $"schema {Text(resource["apiVersion"]).Split('/')[^1]}")
        {
            Link = $"/d/{uid}",
            Folder = Text(resource.At("metadata", "annotations", "grafana.app/folder")),
            From = Text(time.At("from")),
            To = Text(time.At("to")),
            Refresh = Text(time.At("autoRefresh")),
            TimeZone = Text(time.At("timezone")),
            Variables = [.. Variables(spec)],
            Panels = [.. ReadPanels(spec)],
        };
    }

    // A row or tab may have variables of its own.
    private static IEnumerable<Variable> Variables(JsonNode? spec) =>
        spec.At("variables").Objects().Concat(Sections(spec.At("layout")).SelectMany(section => section.At("variables").Objects()))
            .Select(ReadVariable).DistinctBy(variable => variable.Name);

    private static IEnumerable<JsonObject> Sections(JsonNode? layout) =>
        layout.At("spec", "rows").Objects().Concat(layout.At("spec", "tabs").Objects()).Select(section => section["spec"])
            .OfType<JsonObject>().SelectMany(section => Sections(section["layout"]).Prepend(section));

    private static IEnumerable<Panel> ReadPanels(JsonNode? spec)
    {
        var elements = spec.At("elements") as JsonObject ?? [];
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, row, repeats) in Places(spec.At("layout"), "", []))
        {
            placed.Add(name);
            if (elements[name] is JsonObject element) yield return ReadElement(element) with { Row = row, Repeats = repeats };
        }

        // A layout that this version does not know shows its panels all the same.
        foreach (var (name, element) in elements)
            if (!placed.Contains(name) && element is JsonObject panel && placed.Count == 0) yield return ReadElement(panel);
    }

    private static IEnumerable<(string Element, string Row, IReadOnlyList<string> Repeats)> Places(
        JsonNode? layout, string row, IReadOnlyList<string> repeats)
    {
        foreach (var item in layout.At("spec", "items").Objects())
        {
            if (TextOrNull(item.At("spec", "element", "name")) is { } name) yield return (name, row, With(repeats, item));
            // Before v2beta1 a grid could hold rows.
            var own = Text(item.At("spec", "title"));
            foreach (var inner in item.At("spec", "elements").Objects())
            {
                if (TextOrNull(inner.At("spec", "element", "name")) is { } nested)
                    yield return (nested, own, With(With(repeats, item), inner));
            }
        }

        foreach (var section in layout.At("spec", "rows").Objects().Concat(layout.At("spec", "tabs").Objects()))
        {
            var title = TextOrNull(section.At("spec", "title")) ?? row;
            foreach (var place in Places(section.At("spec", "layout"), title, With(repeats, section))) yield return place;
        }
    }

    private static IReadOnlyList<string> With(IReadOnlyList<string> repeats, JsonObject item) =>
        TextOrNull(item.At("spec", "repeat", "value")) is { } variable ? [.. repeats, variable] : repeats;

    private static Panel ReadElement(JsonObject element)
    {
        var spec = element["spec"];
        var (id, title) = (Number(spec.At("id")) ?? 0, Text(spec.At("title")));
        if (Text(element["kind"]) == "LibraryPanel")
            return new Panel(id, title, "library panel") { Library = TextOrNull(spec.At("libraryPanel", "uid")) };
        var options = spec.At("data", "spec", "queryOptions");
        return new Panel(id, title, TextOrNull(spec.At("vizConfig", "group")) ?? Text(spec.At("vizConfig", "kind")))
        {
            Queries = [.. spec.At("data", "spec", "queries").Objects().Select(ReadQuery)],
            Interval = TextOrNull(options.At("interval")),
            MaxDataPoints = Number(options.At("maxDataPoints")),
            TimeFrom = TextOrNull(options.At("timeFrom")),
            TimeShift = TextOrNull(options.At("timeShift")),
        };
    }

    private static PanelQuery ReadQuery(JsonObject query, int index)
    {
        var spec = query["spec"];
        return new PanelQuery(
            TextOrNull(spec.At("refId")) ?? ClassicDashboardReader.RefId(index),
            ReadSource(spec.At("query"), spec.At("datasource")),
            spec.At("query", "spec") as JsonObject ?? [])
        {
            IsHidden = IsTrue(spec.At("hidden")),
        };
    }

    // v2beta1 names the plugin as group and the data source beside it; v2alpha1 named the plugin as kind, and the data source outside.
    private static DataSourceReference ReadSource(JsonNode? query, JsonNode? outside) => Text(query.At("kind")) == "DataQuery"
        ? new DataSourceReference(TextOrNull(query.At("group")), TextOrNull(query.At("datasource", "name")))
        : new DataSourceReference(TextOrNull(outside.At("type")) ?? TextOrNull(query.At("kind")), TextOrNull(outside.At("uid")));

    private static Variable ReadVariable(JsonObject variable)
    {
        var spec = variable["spec"];
        var kind = Text(variable["kind"]) switch
        {
            "QueryVariable" => VariableKind.Query,
            "CustomVariable" => VariableKind.Custom,
            "ConstantVariable" => VariableKind.Constant,
            "DatasourceVariable" => VariableKind.DataSource,
            "IntervalVariable" => VariableKind.Interval,
            "TextVariable" => VariableKind.TextBox,
            "AdhocVariable" => VariableKind.AdHoc,
            _ => VariableKind.Other,
        };
        var body = spec.At("query", "spec") as JsonObject;
        return new Variable(Text(spec.At("name")), kind)
        {
            // A query that was text in the classic schema is kept as __legacyStringValue.
            Query = TextOrNull(body.At("query")) ?? TextOrNull(body.At("__legacyStringValue")) ?? TextOrNull(spec.At("query"))
                ?? TextOrNull(spec.At("pluginId")) ?? Text(spec.At("definition")),
            QueryBody = body,
            Source = ReadSource(spec.At("query"), spec.At("datasource")),
            Regex = Text(spec.At("regex")),
            Sort = Math.Max(0, Array.IndexOf(Sorts, Text(spec.At("sort")))),
            IsMulti = IsTrue(spec.At("multi")),
            IncludesAll = IsTrue(spec.At("includeAll")),
            AllValue = Text(spec.At("allValue")),
            Current = spec.At("current") is JsonObject current ? Selection(current) : SwitchValue(spec.At("current")),
            Options = Options(spec.At("options")),
            Auto = (IsTrue(spec.At("auto")), Text(spec.At("auto_min")), Number(spec.At("auto_count")) ?? 30),
            Filters = Filters(spec.At("baseFilters"), spec.At("filters")),
        };
    }

    private static IReadOnlyList<VariableOption> SwitchValue(JsonNode? current) =>
        TextOrNull(current) is { } value ? [new VariableOption(value, value)] : [];
}
