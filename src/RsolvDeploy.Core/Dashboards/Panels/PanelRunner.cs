using System.Collections.Frozen;
using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Dashboards.Panels;

/// <summary>
/// Runs the queries of panels, some panels at once. A query that fails is a result; only Grafana itself being out of reach is an error.
/// </summary>
/// <param name="client">Grafana.</param>
/// <param name="sources">The data sources.</param>
/// <param name="scope">The dashboard.</param>
internal sealed class PanelRunner(GrafanaClient client, DataSources sources, PanelScope scope)
{
    private const int AtOnce = 8;

    // Panels that Grafana itself shows without running a query.
    private static readonly FrozenSet<string> WithoutQuery = FrozenSet.ToFrozenSet(
        ["text", "row", "news", "dashlist", "alertlist", "annolist", "welcome", "gettingstarted", "pluginlist"], StringComparer.Ordinal);

    /// <summary>Measures how long a request takes.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether each query runs alone, so that its duration is its own. Queries with an expression run together.</summary>
    public bool RunsAlone { get; init; }

    /// <summary>Runs the panels, in their order; a repeated panel gives one result for each value.</summary>
    public async Task<IReadOnlyList<DashboardPanel>> RunAsync(IReadOnlyList<Panel> panels, CancellationToken ct)
    {
        using var slots = new SemaphoreSlim(RunsAlone ? 1 : AtOnce);
        var results = await Task.WhenAll(panels.Select(panel => RunAsync(panel, slots, ct)));
        return [.. results.SelectMany(result => result)];
    }

    private async Task<IReadOnlyList<DashboardPanel>> RunAsync(Panel panel, SemaphoreSlim slots, CancellationToken ct)
    {
        if (panel.Library is { } library)
        {
            try
            {
                panel = Merge(panel, await InSlotAsync(slots, () => client.GetLibraryPanelAsync(library, ct), ct));
            }
            catch (DeployException error) when (IsOfQuery(error))
            {
                return
                [
                    new DashboardPanel(panel.Id, panel.Title, PanelState.Error)
                    {
                        Type = panel.Type,
                        Row = panel.Row,
                        Error = error.Message,
                    },
                ];
            }
        }

        return await Task.WhenAll(PanelInstance.Of(panel, scope.Values).Select(instance => RunAsync(instance, slots, ct)));
    }

    // The dashboard decides where the panel stands and what it is called; the library what it shows.
    private static Panel Merge(Panel place, System.Text.Json.Nodes.JsonObject model)
    {
        var shared = ClassicDashboardReader.ReadPanel(model);
        return shared with
        {
            Id = place.Id,
            Title = place.Title.Length > 0 ? place.Title : shared.Title,
            Row = place.Row,
            Repeats = place.Repeats.Count > 0 ? place.Repeats : [.. new[] { DashboardJson.TextOrNull(model["repeat"]) }.OfType<string>()],
        };
    }

    private async Task<DashboardPanel> RunAsync(PanelInstance instance, SemaphoreSlim slots, CancellationToken ct)
    {
        var panel = instance.Panel;
        var all = WithoutQuery.Contains(panel.Type) ? [] : panel.Queries.Where(query => !query.Source.IsDashboard).ToList();
        // An expression works on the results of other queries, hidden ones too.
        var withHidden = all.Exists(query => query.Source.IsExpression);
        var prepared = all.Where(query => withHidden || !query.IsHidden)
            .Select(query => PreparedQuery.Create(query, instance, sources, scope)).Where(query => !query.IsEmpty).ToList();
        var range = scope.Range.For(panel.TimeFrom, panel.TimeShift, scope.Zone);
        var requests = prepared.Where(query => query.Source is not null)
            .GroupBy(query => withHidden ? "" : RunsAlone ? $"{query.Source!.Uid} {query.Query.RefId}" : query.Source!.Uid);
        var results = new Dictionary<PreparedQuery, QueryResult>(ReferenceEqualityComparer.Instance);
        var answers = await Task.WhenAll(requests.Select(request => RunAsync([.. request], range, slots, ct)));
        foreach (var (query, result) in answers.SelectMany(answer => answer))
            results[query] = result;
        DashboardQuery[] queries = [.. prepared.Select(query => Show(query, results.GetValueOrDefault(query)))];
        DashboardQuery[] shown = [.. queries.Where((_, index) => !prepared[index].Query.IsHidden)];
        return new DashboardPanel(panel.Id, instance.Title, StateOf(shown))
        {
            Type = panel.Type,
            Row = new Interpolation(instance.Values) { Format = "text" }.Apply(panel.Row),
            Queries = queries,
            Error = shown.FirstOrDefault(query => query.Error is not null)?.Error,
        };
    }

    private async Task<IEnumerable<(PreparedQuery Query, QueryResult Result)>> RunAsync(
        IReadOnlyList<PreparedQuery> queries, TimeRange range, SemaphoreSlim slots, CancellationToken ct)
    {
        try
        {
            return await InSlotAsync(
                slots,
                async () =>
                {
                    var from = Clock.GetTimestamp();
                    var results = await client.QueryAsync([.. queries.Select(query => query.Body)], range.From, range.To, ct);
                    var duration = Clock.GetElapsedTime(from);
                    return queries.Select(query => (query, results[query.Query.RefId] with { Duration = duration }));
                },
                ct);
        }
        catch (DeployException error) when (IsOfQuery(error))
        {
            return queries.Select(query => (query, new QueryResult(error.Message, 0)));
        }
    }

    private static async Task<T> InSlotAsync<T>(SemaphoreSlim slots, Func<Task<T>> run, CancellationToken ct)
    {
        await slots.WaitAsync(ct);
        try
        {
            return await run();
        }
        finally
        {
            slots.Release();
        }
    }

    private static bool IsOfQuery(DeployException error) =>
        error.Category is not (FaultCategory.ConnectionError or FaultCategory.OperationTimeout or FaultCategory.AuthenticationError);

    private static DashboardQuery Show(PreparedQuery query, QueryResult? result)
    {
        var missing = query.Query.Source.Uid ?? query.Query.Source.Type ?? "(default)";
        var error = result is null ? $"the data source {missing} does not exist, or the credential may not see it" : result.Error;
        var state = error is not null ? PanelState.Error : result!.Values > 0 ? PanelState.Data : PanelState.NoData;
        return new DashboardQuery(query.Query.RefId, query.Text, state)
        {
            DataSource = query.Source?.Name ?? "",
            Values = result?.Values ?? 0,
            Duration = result?.Duration ?? TimeSpan.Zero,
            Error = error,
            Notices = result?.Notices ?? [],
        };
    }

    private static PanelState StateOf(DashboardQuery[] queries) =>
        queries.Length == 0 ? PanelState.NoQuery
        : queries.Any(query => query.State == PanelState.Error) ? PanelState.Error
        : queries.Any(query => query.State == PanelState.Data) ? PanelState.Data
        : PanelState.NoData;
}
