using System.Text.Json.Nodes;
using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Panels;

/// <summary>A query with its data source and the values of the variables, ready to run.</summary>
/// <param name="Query">The query as it is saved.</param>
/// <param name="Source">The data source; null when it does not exist.</param>
/// <param name="Body">What is sent.</param>
internal sealed record PreparedQuery(PanelQuery Query, GrafanaDataSource? Source, JsonObject Body)
{
    private const int DefaultPoints = 1000;

    private static readonly TimeSpan DefaultScrape = TimeSpan.FromSeconds(15);

    private static readonly GrafanaDataSource Expressions = new("__expr__", "Expression", "__expr__");

    // What people would call the query, by data source.
    private static readonly string[] TextMembers =
        ["expr", "expression", "rawSql", "rawQuery", "query", "target", "queryText", "scenarioId", "queryType"];

    /// <summary>The text of the query, for people.</summary>
    public string Text => TextMembers.Select(name => Body[name].Text()).FirstOrDefault(text => text is { Length: > 0 }) ?? "";

    /// <summary>Whether there is nothing to run: PromQL without an expression.</summary>
    public bool IsEmpty => Source is { IsPrometheus: true } && string.IsNullOrWhiteSpace(Body["expr"].Text());

    /// <summary>Prepares a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="instance">The panel.</param>
    /// <param name="sources">The data sources.</param>
    /// <param name="scope">The dashboard.</param>
    public static PreparedQuery Create(PanelQuery query, PanelInstance instance, DataSources sources, PanelScope scope)
    {
        var source = query.Source.IsExpression ? Expressions : sources.Find(query.Source, new Interpolation(instance.Values));
        var range = scope.Range.For(instance.Panel.TimeFrom, instance.Panel.TimeShift, scope.Zone);
        var plain = new Interpolation(instance.Values);
        var points = Math.Clamp(instance.Panel.MaxDataPoints ?? DefaultPoints, 1, 11_000);
        var scrape = Span(query.Body["interval"].Text()) ?? Span(source?.Interval) ?? DefaultScrape;
        var interval = TimeSpanText.Interval(range.Length, points, Span(instance.Panel.Interval) ?? scrape);
        var values = BuiltInValues.Of(range).Concat(BuiltInValues.Of(interval, scrape)).ToDictionary(value => value.Name);
        foreach (var (name, value) in instance.Values) values[name] = value;
        var text = new Interpolation(values) { Format = VariableFormat.For(source?.Type ?? "") };
        var body = (JsonObject)text.Apply((JsonNode)query.Body)!;
        body.Remove("hide");
        body["refId"] = query.RefId;
        body["intervalMs"] = (long)interval.TotalMilliseconds;
        body["maxDataPoints"] = points;
        if (source is not null) body["datasource"] = new JsonObject { ["type"] = source.Type, ["uid"] = source.Uid };
        if (source is { IsPrometheus: true }) CompletePrometheus(body, scope.FiltersFor(source.Uid, sources));
        return new PreparedQuery(query, source, body);

        TimeSpan? Span(string? written) => written is null ? null : TimeSpanText.Parse(plain.Apply(written));
    }

    // Dashboards from before instant queries have neither of the two; exemplars are another request that no check needs.
    private static void CompletePrometheus(JsonObject body, IReadOnlyList<AdHocFilter> filters)
    {
        if (!DashboardJson.IsTrue(body["instant"]) && !DashboardJson.IsTrue(body["range"])) body["range"] = true;
        body["exemplar"] = false;
        if (body["expr"].Text() is { } expression) body["expr"] = AdHocFilters.Apply(expression, filters);
    }
}
