using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Api;

/// <summary>Grafana's HTTP API, versions 9 to 13, as far as a verification needs it.</summary>
/// <param name="requests">Sends the requests; it is disposed with this object.</param>
internal sealed partial class GrafanaClient(GrafanaRequests requests) : IDisposable
{
    /// <summary>Where Grafana is, for messages.</summary>
    public string Where => requests.Where;

    public void Dispose() => requests.Dispose();

    /// <summary>
    /// The dashboard with its metadata: <c>{dashboard, meta}</c> of the classic API, or a resource with <c>apiVersion</c>, <c>metadata</c>
    /// and <c>spec</c> for a dashboard of the v2 schema, which the classic API refuses.
    /// </summary>
    /// <exception cref="Errors.DeployException"><c>GrafanaNotFound</c> among others.</exception>
    public async Task<JsonObject> GetDashboardAsync(string uid, CancellationToken ct)
    {
        var what = $"the dashboard {uid}";
        var response = await requests.GetAsync($"api/dashboards/uid/{Uri.EscapeDataString(uid)}", what, ct);
        if (response.Status == HttpStatusCode.NotAcceptable && ResourcePath().Match(response.Reason) is { Success: true } path)
            response = await requests.GetAsync(path.Groups[1].Value, what, ct);
        return requests.Required(response, what) as JsonObject
            ?? throw GrafanaFaults.NotUnderstood(Where, what, "the body is no object");
    }

    /// <summary>All data sources that the credential can see.</summary>
    public async Task<IReadOnlyList<GrafanaDataSource>> GetDataSourcesAsync(CancellationToken ct)
    {
        const string What = "the list of data sources";
        var response = await requests.GetAsync("api/datasources", What, ct);
        // The list is for administrators; the settings of the user interface show the same to everybody who may query.
        if (response.Status == HttpStatusCode.Forbidden)
            return OfSettings(requests.Required(await requests.GetAsync("api/frontend/settings", What, ct), What));
        return requests.Required(response, What) is JsonArray list
            ? [.. list.Select(GrafanaDataSource.Read).OfType<GrafanaDataSource>()]
            : throw GrafanaFaults.NotUnderstood(Where, What, "the body is no list");
    }

    /// <summary>The model of a library panel.</summary>
    public async Task<JsonObject> GetLibraryPanelAsync(string uid, CancellationToken ct)
    {
        var what = $"the library panel {uid}";
        var response = await requests.GetAsync($"api/library-elements/{Uri.EscapeDataString(uid)}", what, ct);
        return requests.Required(response, what).At("result", "model") as JsonObject
            ?? throw GrafanaFaults.NotUnderstood(Where, what, "it has no model");
    }

    /// <summary>What a data source itself answers at a path of its API.</summary>
    public async Task<JsonNode> GetResourceAsync(GrafanaDataSource source, string path, CancellationToken ct)
    {
        var what = $"{path.Split('?')[0]} of the data source {source.Name}";
        return requests.Required(
            await requests.GetAsync($"api/datasources/uid/{Uri.EscapeDataString(source.Uid)}/resources/{path}", what, ct), what);
    }

    /// <summary>Runs queries. Each has its own result or error; a request that fails as a whole is an error of all of them.</summary>
    /// <param name="queries">The queries, each with <c>refId</c> and <c>datasource</c>.</param>
    /// <param name="from">The start of the range.</param>
    /// <param name="to">Its end.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The results by <c>refId</c>.</returns>
    public async Task<IReadOnlyDictionary<string, QueryResult>> QueryAsync(
        IReadOnlyList<JsonObject> queries, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["queries"] = new JsonArray([.. queries.Select(query => query.DeepClone())]),
            ["from"] = Milliseconds(from),
            ["to"] = Milliseconds(to),
        };
        const string What = "the queries of a panel";
        var response = await requests.AskAsync("api/ds/query", What, body, ct);
        if (response.Body.At("results") is not JsonObject results)
        {
            requests.Required(response, What);
            throw GrafanaFaults.NotUnderstood(Where, What, "it has no results");
        }

        return queries.Select(query => query.At("refId").Text() ?? "A").Distinct()
            .ToDictionary(id => id, id => QueryResult.Read(results[id], response));
    }

    /// <summary>Adds an annotation.</summary>
    public async Task AddAnnotationAsync(JsonObject annotation, CancellationToken ct) =>
        requests.Required(await requests.ChangeAsync(HttpMethod.Post, "api/annotations", annotation, ct), "the annotation");

    /// <summary>Whether there is an annotation with all of these tags.</summary>
    public async Task<bool> HasAnnotationAsync(IReadOnlyList<string> tags, CancellationToken ct)
    {
        const string What = "the annotations";
        var query = string.Join('&', tags.Select(tag => $"tags={Uri.EscapeDataString(tag)}"));
        return requests.Required(await requests.GetAsync($"api/annotations?limit=1&{query}", What, ct), What) is JsonArray { Count: > 0 };
    }

    private static string Milliseconds(DateTimeOffset time) =>
        time.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static IReadOnlyList<GrafanaDataSource> OfSettings(JsonNode settings)
    {
        var standard = settings.At("defaultDatasource").Text();
        return
        [
            .. (settings.At("datasources") as JsonObject ?? []).Select(one => GrafanaDataSource.Read(one.Value))
                .OfType<GrafanaDataSource>()
                .Select(one => one with { IsDefault = one.IsDefault || one.Name == standard }),
        ];
    }

    [GeneratedRegex(@"/?(apis/dashboard\.grafana\.app/[A-Za-z0-9._~/-]+)", RegexOptions.NonBacktracking)]
    private static partial Regex ResourcePath();
}
