using System.Net;
using System.Text;
using System.Text.Json;
using RsolvDeploy.Health.Exposition;
using RsolvDeploy.Json.Paths;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Fuzz;

/// <summary>What Prometheus and the platform send.</summary>
internal static class MonitoringTargets
{
    private const string Exposition = """
        # HELP http_requests_total Requests\nby "code".
        # TYPE http_requests_total counter
        http_requests_total{code="200",path="C:\\x\"\n"} 1027 1395066363000
        # TYPE d histogram
        d_bucket{le="0.1"} 1
        d_bucket{le="+Inf"} 3 # {trace_id="a"} 0.5 1.5
        d_sum NaN
        d_count 3
        {"utf8.name",a="b"} -1e-9
        # EOF

        """;

    private const string Query = """
        {"status":"success","warnings":["w"],"infos":["i"],"data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"j"},
        "value":[1700000000.123,"1"]},{"metric":{},"value":[1,"NaN"]}]}}
        """;

    private const string Matrix = """
        {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"2"],[3,"+Inf"]]}]}}
        """;

    private const string Rules = """
        {"status":"success","data":{"groups":[{"name":"g","interval":30,"rules":[{"type":"alerting","name":"A","health":"err",
        "lastError":"e",        "lastEvaluation":"2026-11-28T00:00:00.000Z","labels":{"severity":"page"},"duration":60}]}]}}
        """;

    private const string Alerts = """
        {"status":"success","data":{"alerts":[{"labels":{"alertname":"A","severity":"page"},"annotations":{"summary":"s"},
        "state":"firing","activeAt":"2026-11-28T00:00:00Z","value":"1e+00"}]}}
        """;

    private const string TargetList = """
        {"status":"success","data":{"activeTargets":[{"labels":{"job":"j"},"discoveredLabels":{"__address__":"1.2.3.4:80"},
        "scrapeUrl":"http://a","lastError":"","lastScrape":"2026-11-28T00:00:00Z","health":"up",
        "scrapeInterval":"15s","scrapeTimeout":"10s"}],"droppedTargets":[]}}
        """;

    /// <summary>All of them.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("exposition", bytes => Read(bytes, openMetrics: false), [Encoding.UTF8.GetBytes(Exposition)]) { Words = Words },
        new("openmetrics", bytes => Read(bytes, openMetrics: true), [Encoding.UTF8.GetBytes(Exposition)]) { Words = Words },
        OfPrometheus("prometheus-query", client => client.QueryAsync("up", CancellationToken.None), Query),
        OfPrometheus("prometheus-matrix", client => client.QueryMatrixAsync("up[5m]", CancellationToken.None), Matrix),
        OfPrometheus("prometheus-rules", client => client.GetAlertRulesAsync(CancellationToken.None), Rules),
        OfPrometheus("prometheus-alerts", client => client.GetAlertsAsync(CancellationToken.None), Alerts),
        OfPrometheus("prometheus-targets", client => client.GetTargetsAsync("j", CancellationToken.None), TargetList),
        FuzzTarget.OfText("prometheus-duration", text => _ = PrometheusDuration.TryParse(text, out _), "1d2h3m4s5ms", "1y"),
        FuzzTarget.OfText("json-path", ReadPath, "$.checks[?(@.name == 'db')].status", "$..a[0]['b'][-1]") with
        {
            Throws = [typeof(FormatException)],
        },
    ];

    private static string[] Words =>
        ["# HELP ", "# TYPE ", "# UNIT ", "# EOF\n", " counter\n", " histogram\n", "{", "}",
            "le=\"", "+Inf", "\\n", "=\"", ",", " # {", "_bucket"];

    private static void Read(byte[] content, bool openMetrics)
    {
        using var stream = new MemoryStream(content);
        ExpositionReader.ReadAsync(stream, null, openMetrics, 1 << 20, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static FuzzTarget OfPrometheus(string name, Func<PrometheusClient, Task> ask, string seed) =>
        new(name, answer => Ask(ask, answer), [Encoding.UTF8.GetBytes(seed)])
        {
            Words = ["\"status\":\"success\"", "\"data\":", "\"result\":", "\"value\":[1,\"2\"]",
                "\"activeTargets\":[]", "1e400", "\"15s\""],
        };

    private static void Ask(Func<PrometheusClient, Task> ask, byte[] answer)
    {
        using var client = new PrometheusClient(
            new HttpClient(new Answer(answer)) { BaseAddress = new Uri("http://prometheus.example/") }, "prometheus.example");
        ask(client).GetAwaiter().GetResult();
    }

    private static void ReadPath(string text)
    {
        if (!JsonPath.IsValid(text)) return;
        using var document = JsonDocument.Parse("""{"checks":[{"name":"db","status":"ok"}],"a":[{"b":[1,2]}]}""");
        _ = JsonPath.Parse(text).Select(document.RootElement).ToList();
    }

    private sealed class Answer(byte[] content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) });
    }
}
