using System.Globalization;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Services;

namespace RsolvDeploy.Monitoring;

/// <summary>Prometheus' HTTP API, as far as a verification needs it. Disposes the HTTP client it was given.</summary>
internal sealed class PrometheusClient(HttpClient http, string where, TimeProvider? time = null) : IDisposable
{
    private readonly PrometheusRequests _requests = new(http, where, time ?? TimeProvider.System);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// Connects by address, or to the service in the cluster. Nothing is sent yet.
    /// </summary>
    public static PrometheusClient Open(PrometheusSettings settings, ServiceAccess access, TimeProvider? time = null)
    {
        var connection = access.Open(
            PrometheusFaults.Service, new ServiceEndpoint(settings.Url, settings.Service, settings.Access));
        return new PrometheusClient(connection.Http, connection.Where, time);
    }

    public void Dispose() => _requests.Dispose();

    /// <summary>
    /// The active targets. A server that scrapes nothing itself (Mimir, Cortex) has none; its <c>up</c> series stand for them.
    /// </summary>
    public async Task<PrometheusTargets> GetTargetsAsync(string job, CancellationToken ct)
    {
        try
        {
            using PrometheusResponse response = await _requests.GetAsync("api/v1/targets?state=active", ct);
            return response.Read(read => new PrometheusTargets(
                [.. read.Array(read.Data, "activeTargets").Select(target => PrometheusTargetReader.Read(read, target))], read.At));
        }
        catch (DeployException fault) when (fault.Category == FaultCategory.ObjectNotFound)
        {
            if (await GetTargetsOfSeriesAsync(job, ct) is { } targets) return targets;
            throw;
        }
    }

    /// <summary>The alerting rules of all groups.</summary>
    public async Task<PrometheusRules> GetAlertRulesAsync(CancellationToken ct)
    {
        using PrometheusResponse response = await _requests.GetAsync("api/v1/rules?type=alert", ct);
        return response.Read(read =>
            new PrometheusRules([.. read.Array(read.Data, "groups").SelectMany(group => RulesOf(read, group))], read.At));
    }

    /// <summary>All groups of rules, recording rules too, with everything that their files need.</summary>
    public async Task<IReadOnlyList<PrometheusRuleGroup>> GetRuleGroupsAsync(CancellationToken ct)
    {
        using PrometheusResponse response = await _requests.GetAsync("api/v1/rules", ct);
        return response.Read(PrometheusRuleReader.Read);
    }

    /// <summary>The alerts that are pending or firing.</summary>
    public async Task<IReadOnlyList<PrometheusAlert>> GetAlertsAsync(CancellationToken ct)
    {
        using PrometheusResponse response = await _requests.GetAsync("api/v1/alerts", ct);
        return response.Read(read => read.Array(read.Data, "alerts")
            .Select(alert => new PrometheusAlert(read.Labels(alert, "labels"), read.Text(alert, "state"))).ToList());
    }

    /// <summary>Evaluates an expression now. It is posted as a form, so braces and quotes need no care.</summary>
    public async Task<IReadOnlyList<PrometheusSeries>> QueryAsync(string expression, CancellationToken ct) =>
        (await QueryVectorAsync(expression, ct)).Series;

    /// <summary>The same with what the server adds to the result.</summary>
    public async Task<PrometheusVector> QueryVectorAsync(string expression, CancellationToken ct)
    {
        using PrometheusResponse response = await _requests.PostAsync("api/v1/query", $"the query {expression}",
            Form(expression), ct);
        return response.Read(read => new PrometheusVector(SeriesOf(read), read.Notices));
    }

    /// <summary>The raw samples of a range selector, <c>metric[5m]</c>, up to now.</summary>
    public async Task<PrometheusMatrix> QueryMatrixAsync(string selector, CancellationToken ct)
    {
        using PrometheusResponse response = await _requests.PostAsync("api/v1/query", $"the query {selector}",
            Form(selector), ct);
        return response.Read(PrometheusMatrixReader.Read);
    }

    /// <summary>Evaluates an expression at every step of a range.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="start">The time of the first evaluation.</param>
    /// <param name="end">The time of the last one.</param>
    /// <param name="step">The time between two; at most 11,000 steps are allowed.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<PrometheusMatrix> QueryRangeAsync(
        string expression, DateTimeOffset start, DateTimeOffset end, TimeSpan step, CancellationToken ct)
    {
        using PrometheusResponse response = await _requests.PostAsync("api/v1/query_range", $"the query {expression}",
            new Dictionary<string, string>(Form(expression))
            {
                ["start"] = Seconds(start - DateTimeOffset.UnixEpoch),
                ["end"] = Seconds(end - DateTimeOffset.UnixEpoch),
                ["step"] = Seconds(step),
            },
            ct);
        return response.Read(PrometheusMatrixReader.Read);
    }

    // VictoriaMetrics hides the last 30 s of what it holds unless a query says otherwise; Prometheus and others ignore the argument.
    private static Dictionary<string, string> Form(string expression) => new() { ["query"] = expression, ["latency_offset"] = "1ms" };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Null when the server answers no query either, and so is no Prometheus at all.</summary>
    private async Task<PrometheusTargets?> GetTargetsOfSeriesAsync(string job, CancellationToken ct)
    {
        string selector = $"up{{job={SeriesChecks.Quote(job)}}}";
        try
        {
            IReadOnlyList<PrometheusSeries> up = await QueryAsync(selector, ct);
            IReadOnlyList<PrometheusSeries> scraped = await QueryAsync($"timestamp({selector})", ct);
            return new PrometheusTargets(PrometheusTargetReader.FromSeries(up, scraped), _time.GetUtcNow());
        }
        catch (DeployException fault) when (fault.Category == FaultCategory.ObjectNotFound)
        {
            return null;
        }
    }

    private static List<PrometheusSeries> SeriesOf(PrometheusResponse response)
    {
        string type = response.Text(response.Data, "resultType");
        return type switch
        {
            "vector" => [.. response.Array(response.Data, "result").Select(series =>
                new PrometheusSeries(
                    response.Labels(series, "metric"), response.Value(response.Required(series, "value", JsonValueKind.Array))))],
            "scalar" => [new PrometheusSeries(
                new Dictionary<string, string>(), response.Value(response.Required(response.Data, "result", JsonValueKind.Array)))],
            _ => throw response.Unexpected($"the result is a {type}, not a vector"),
        };
    }

    private static IEnumerable<PrometheusAlertRule> RulesOf(PrometheusResponse response, JsonElement group)
    {
        string name = response.Text(group, "name");
        TimeSpan interval = PrometheusResponse.DurationOrNone(group, "interval") ?? PrometheusTargetReader.AssumedInterval;
        // Servers from before the filter of 2.x send recording rules too.
        return response
            .Array(group, "rules")
            .Where(rule => PrometheusResponse.TextOrEmpty(rule, "type").Equals("alerting", StringComparison.OrdinalIgnoreCase))
            .Select(rule => RuleOf(response, rule, name, interval));
    }

    /// <summary>A rule without its health is judged by its last error and its last evaluation.</summary>
    private static PrometheusAlertRule RuleOf(PrometheusResponse response, JsonElement rule, string group, TimeSpan interval)
    {
        string health = PrometheusResponse.TextOrEmpty(rule, "health");
        string error = PrometheusResponse.TextOrEmpty(rule, "lastError");
        DateTimeOffset? evaluated = response.Timestamp(rule, "lastEvaluation");
        // vmalert calls a rule ok before its first evaluation; older servers of Thanos never show when that was.
        bool isPending = evaluated is null && (health.Length == 0 || rule.TryGetProperty("lastEvaluation", out _));
        if (health.Length == 0 || isPending) health = error.Length > 0 ? "err" : isPending ? "unknown" : "ok";
        return new PrometheusAlertRule(
            response.Text(rule, "name"), group, interval, health, error, evaluated, response.LabelsOrNone(rule, "labels"));
    }
}
