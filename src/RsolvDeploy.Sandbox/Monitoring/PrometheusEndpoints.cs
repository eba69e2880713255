using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The HTTP API of Prometheus over the sandbox's own store.</summary>
/// <param name="monitor">The targets and the rules.</param>
/// <param name="others">The series; null for those of the monitor.</param>
internal sealed class PrometheusEndpoints(Monitor monitor, SeriesStore? others = null)
{
    private readonly SeriesStore _store = others ?? monitor.Store;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/-/ready", () => Results.Text("Prometheus Server is Ready.\n"));
        app.MapGet("/-/healthy", () => Results.Text("Prometheus Server is Healthy.\n"));
        MapApi(app);
    }

    /// <summary>The part below <c>/api/v1</c>, which Grafana's datasource proxy serves as well.</summary>
    public void MapApi(IEndpointRouteBuilder app)
    {
        app.MapMethods("/api/v1/query", ["GET", "POST"], (Delegate)QueryAsync);
        app.MapMethods("/api/v1/query_range", ["GET", "POST"], (Delegate)QueryRangeAsync);
        app.MapMethods("/api/v1/series", ["GET", "POST"], (Delegate)SeriesAsync);
        app.MapMethods("/api/v1/labels", ["GET", "POST"], () => PrometheusJson.Success(
            PrometheusJson.Strings(AllSeries().SelectMany(l => l.All).Select(l => l.Key).Distinct().Order(StringComparer.Ordinal))));
        app.MapGet("/api/v1/label/{name}/values", (Delegate)LabelValuesAsync);
        app.MapGet("/api/v1/targets", Targets);
        app.MapGet("/api/v1/rules", Rules);
        app.MapGet("/api/v1/alerts", () => PrometheusJson.Success(new JsonObject
        {
            ["alerts"] = new JsonArray(
                [.. monitor.Rules.Groups.SelectMany(g => g.Rules).SelectMany(r => r.Alerts).Select(PrometheusJson.Alert)]),
        }));
        app.MapGet("/api/v1/status/buildinfo", () => PrometheusJson.Success(new JsonObject
        {
            ["version"] = "3.5.0",
            ["revision"] = "rsolv-sandbox",
            ["branch"] = "HEAD",
            ["buildUser"] = "rsolv-sandbox",
            ["buildDate"] = "20260101-00:00:00",
            ["goVersion"] = "go1.24",
        }));
        app.MapMethods("/api/v1/{**rest}", ["GET", "POST"], (string rest) =>
            Results.Text($"404 page not found: the sandbox does not serve /api/v1/{rest}\n", statusCode: 404));
    }

    private Task<IResult> QueryAsync(HttpContext http) => RespondAsync(http, parameters =>
    {
        long time = Time(parameters, "time") ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return PrometheusJson.Time(new Evaluator(_store, time).Evaluate(Query(parameters)), time);
    });

    private Task<IResult> QueryRangeAsync(HttpContext http) => RespondAsync(http, parameters =>
    {
        long start = Time(parameters, "start") ?? throw Missing("start");
        long end = Time(parameters, "end") ?? throw Missing("end");
        var range = new RangeQuery(start, end, Step(parameters("step")));
        return PrometheusJson.Matrix(range.Evaluate(_store, Query(parameters)));
    });

    private Task<IResult> SeriesAsync(HttpContext http) => RespondAsync(http, parameters =>
    {
        if (Parser.Parse(parameters("match[]")) is not Selector { Range: null } selector)
            throw new PromQlException("bad_data", "invalid parameter \"match[]\": not a selector");
        return new JsonArray([.. AllSeries().Where(selector.Matches).Select(l => l.ToJson())]);
    });

    private Task<IResult> LabelValuesAsync(HttpContext http, string name) => RespondAsync(http, parameters =>
    {
        var series = AllSeries();
        if (parameters("match[]") is { Length: > 0 } match)
        {
            if (Parser.Parse(match) is not Selector { Range: null } selector)
                throw new PromQlException("bad_data", "invalid parameter \"match[]\": not a selector");
            series = series.Where(selector.Matches);
        }

        return PrometheusJson.Strings(series.Select(l => l[name]).Where(v => v.Length > 0).Distinct().Order(StringComparer.Ordinal));
    });

    private static async Task<IResult> RespondAsync(HttpContext http, Func<Func<string, string>, JsonNode> answer)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        try
        {
            return PrometheusJson.Success(answer(name =>
                form is not null && form.TryGetValue(name, out var value) ? value.ToString() : http.Request.Query[name].ToString()));
        }
        catch (PromQlException e)
        {
            return PrometheusJson.Error(e.Kind, e.Message);
        }
    }

    private static Expression Query(Func<string, string> parameters)
    {
        try
        {
            return Parser.Parse(parameters("query"));
        }
        catch (PromQlException e)
        {
            throw new PromQlException(e.Kind, $"invalid parameter \"query\": {e.Message}");
        }
    }

    private static long? Time(Func<string, string> parameters, string name)
    {
        string text = parameters(name);
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
            return (long)(seconds * 1000);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new PromQlException("bad_data", $"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid timestamp");
    }

    private static long Step(string text)
    {
        if (text.Length == 0)
            throw Missing("step");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            ? (long)(seconds * 1000)
            : Duration.Parse(text, 0);
    }

    private static PromQlException Missing(string name) =>
        new("bad_data", $"invalid parameter \"{name}\": cannot parse \"\" to a valid value");

    private IEnumerable<LabelSet> AllSeries()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return _store.Select(_ => true, 0, now).Select(s => s.Labels);
    }

    private IResult Targets(HttpContext http)
    {
        var target = monitor.Scraper.Target;
        var active = new JsonArray();
        if (http.Request.Query["state"].ToString() is "" or "active" or "any")
        {
            active.Add(new JsonObject
            {
                ["discoveredLabels"] = new JsonObject
                {
                    ["__address__"] = target.Url.Authority,
                    ["__metrics_path__"] = target.Url.AbsolutePath,
                    ["__scheme__"] = target.Url.Scheme,
                    ["__scrape_interval__"] = Seconds(Monitor.Interval),
                    ["__scrape_timeout__"] = Seconds(Scraper.Timeout),
                    ["job"] = target.Job,
                },
                ["labels"] = new LabelSet(target.Labels).ToJson(),
                ["scrapePool"] = target.Job,
                ["scrapeUrl"] = target.Url.AbsoluteUri,
                ["globalUrl"] = target.Url.AbsoluteUri,
                ["lastError"] = target.LastError,
                ["lastScrape"] = PrometheusJson.Time(target.LastScrape),
                ["lastScrapeDuration"] = target.LastDuration.TotalSeconds,
                ["health"] = target.Health,
                ["scrapeInterval"] = Seconds(Monitor.Interval),
                ["scrapeTimeout"] = Seconds(Scraper.Timeout),
            });
        }

        return PrometheusJson.Success(new JsonObject
        {
            ["activeTargets"] = active,
            ["droppedTargets"] = new JsonArray(),
            ["droppedTargetCounts"] = new JsonObject { [target.Job] = 0 },
        });
    }

    private IResult Rules(HttpContext http)
    {
        if (http.Request.Query["type"].ToString() == "record")
            return PrometheusJson.Success(new JsonObject { ["groups"] = new JsonArray() });
        string[] names = [.. http.Request.Query["rule_group[]"].OfType<string>()];
        return PrometheusJson.Success(new JsonObject
        {
            ["groups"] = new JsonArray([.. monitor.Rules.Groups
                .Where(g => names.Length == 0 || names.Contains(g.Group))
                .Select(g => new JsonObject
                {
                    ["name"] = g.Group,
                    ["file"] = $"/etc/prometheus/rules/{g.Group}.yml",
                    ["rules"] = new JsonArray([.. g.Rules.Select(Rule)]),
                    ["interval"] = Monitor.Interval.TotalSeconds,
                    ["limit"] = 0,
                    ["evaluationTime"] = g.Rules.Sum(r => r.EvaluationTime.TotalSeconds),
                    ["lastEvaluation"] = PrometheusJson.Time(g.Rules.Min(r => r.LastEvaluation)),
                })]),
        });
    }

    private static JsonObject Rule(RuleState state)
    {
        var rule = new JsonObject
        {
            ["state"] = state.State,
            ["name"] = state.Rule.Name,
            ["query"] = state.Rule.Query,
            ["duration"] = state.Rule.For.TotalSeconds,
            ["keepFiringFor"] = 0,
            ["labels"] = new LabelSet(state.Rule.Labels).ToJson(),
            ["annotations"] = new JsonObject { ["summary"] = state.Rule.Summary },
            ["alerts"] = new JsonArray([.. state.Alerts.Select(PrometheusJson.Alert)]),
            ["health"] = state.Health,
            ["evaluationTime"] = state.EvaluationTime.TotalSeconds,
            ["lastEvaluation"] = PrometheusJson.Time(state.LastEvaluation),
            ["type"] = "alerting",
        };
        if (state.LastError.Length > 0)
            rule["lastError"] = state.LastError;
        return rule;
    }

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0}s");
}
