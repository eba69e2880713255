using System.Globalization;
using System.Net;
using System.Text.Json;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Monitoring;

/// <summary>The platform and its Prometheus, as far as the verifier asks them. Each test bends what it needs.</summary>
internal sealed class FakePrometheus
{
    private readonly ImmediateTime _time;

    public FakePrometheus(ImmediateTime time)
    {
        _time = time;
        Http = new FakeHttp(Answer);
    }

    public FakeHttp Http { get; }

    public string Exposition { get; set; } = "rsolv_validation_executions_total{environment=\"production\"} 0\n"
        + "rsolv_mitigation_executions_total{environment=\"production\"} 0\n";

    /// <summary>How often the target is scraped; never when it is null.</summary>
    public TimeSpan? ScrapesEvery { get; set; } = TimeSpan.FromSeconds(15);

    public string TargetHealth { get; set; } = "up";

    public string TargetError { get; set; } = "";

    public Dictionary<string, string> TargetLabels { get; } = new() { ["job"] = "rsolv-platform" };

    public List<(string Name, string? Environment)> Series { get; } =
        [("rsolv_validation_executions_total", "production"), ("rsolv_mitigation_executions_total", "production")];

    public List<(string Name, string Health, string Error)> Rules { get; } =
        [.. Enumerable.Range(1, 9).Select(number => ($"Rule{number}", "ok", ""))];

    public List<(string Name, string State)> Alerts { get; } = [];

    public Func<HttpRequestMessage, HttpResponseMessage?> Fault { get; set; } = _ => null;

    public PrometheusClient Client() =>
        new(new HttpClient(Http) { BaseAddress = new Uri("http://prometheus.test/") }, "http://prometheus.test/", _time);

    public static string Success(object data) => JsonSerializer.Serialize(new { status = "success", data });

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        HttpResponseMessage answer = Fault(request) ?? request.RequestUri!.AbsolutePath switch
        {
            "/health" => FakeHttp.Answer("""{"status":"ok"}"""),
            "/metrics" => FakeHttp.Answer(Exposition, "text/plain; version=0.0.4"),
            "/api/v1/targets" => FakeHttp.Answer(Success(new { activeTargets = new[] { TargetNow() } })),
            "/api/v1/rules" => FakeHttp.Answer(Success(new { groups = new[] { GroupNow() } })),
            "/api/v1/alerts" => FakeHttp.Answer(Success(new
            {
                alerts = Alerts.Select(alert => new { labels = new { alertname = alert.Name, rfc = "060" }, state = alert.State }),
            })),
            "/api/v1/query" => FakeHttp.Answer(Success(new { resultType = "vector", result = Series.Select(SeriesNow) })),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
        answer.Headers.Date = _time.GetUtcNow();
        return answer;
    }

    private object TargetNow()
    {
        // Scraped at 5 seconds past each interval, so that the first reading always finds an older scrape.
        DateTimeOffset now = _time.GetUtcNow();
        string last = "0001-01-01T00:00:00Z";
        if (ScrapesEvery is { } every)
        {
            long sinceScrape = (now.Ticks - TimeSpan.FromSeconds(5).Ticks) % every.Ticks;
            last = now.AddTicks(-sinceScrape).ToString("O", CultureInfo.InvariantCulture);
        }

        return new
        {
            labels = TargetLabels,
            scrapePool = "rsolv-platform",
            scrapeUrl = "http://10.0.0.1:4000/metrics",
            lastError = TargetError,
            lastScrape = last,
            health = TargetHealth,
            scrapeInterval = ScrapesEvery is { } interval ? $"{interval.TotalSeconds}s" : "15s",
            scrapeTimeout = "10s",
        };
    }

    private object GroupNow() => new
    {
        name = "rfc_060_validation",
        interval = 15,
        rules = Rules.Select(rule => new
        {
            name = rule.Name,
            type = "alerting",
            health = rule.Health,
            lastError = rule.Error,
            lastEvaluation = rule.Health == "unknown"
                ? "0001-01-01T00:00:00Z"
                : _time.GetUtcNow().AddSeconds(-4).ToString("O", CultureInfo.InvariantCulture),
            labels = new { rfc = "060" },
        }),
    };

    private static object SeriesNow((string Name, string? Environment) series)
    {
        var metric = new Dictionary<string, string> { ["__name__"] = series.Name };
        if (series.Environment is not null) metric["environment"] = series.Environment;
        return new { metric, value = new object[] { 1700000000.5, "1" } };
    }
}
