using System.Text;

namespace RsolvDeploy.Core.Tests.Services;

/// <summary>Responses in every way that breaks a client, by a part of the path of the request.</summary>
internal static class BrokenResponses
{
    private const string Json = "application/json";

    // A time far beyond what a DateTimeOffset holds, numbers beyond Int64, and nothing of the kind that is expected.
    private const string Dashboard = """
        {"dashboard":{"uid":7,"title":["x"],"schemaVersion":"x","timezone":"No/Where","refresh":{},
        "time":{"from":"now-999999999999y","to":"now/99999999999999999999d"},"templating":{"list":[null,7,{"name":null,"type":{}},
        {"name":"environment","type":"query","query":{"query":12},"current":{"value":{"a":1}},"options":{},"regex":"/(a+)+$/"}]},
        "panels":[null,7,{"id":"x","type":9,"title":{},"gridPos":[],"targets":{"expr":1},"repeat":5,"libraryPanel":[]},
        {"id":1e300,"type":"row","panels":[{"targets":[null,{"expr":{}}]}],"maxDataPoints":-1e99,"interval":"-1y"}]},"meta":[]}
        """;

    // What a server that is well at first answers, by the end of the path.
    private static readonly Dictionary<string, byte[]> Good = new()
    {
        ["/api/dashboards/uid/shop"] = Text("200 OK", """
            {"dashboard":{"uid":"shop","title":"Shop","schemaVersion":39,"time":{"from":"now-1h","to":"now"},
            "templating":{"list":[{"name":"environment","type":"query","datasource":{"uid":"p"},"query":"label_values(up, environment)"}]},
            "panels":[{"id":1,"type":"stat","title":"Up","datasource":{"uid":"p"},"targets":[{"refId":"A","expr":"up"}]}]},"meta":{}}
            """),
        ["/api/datasources"] = Text("200 OK", """[{"uid":"p","name":"Prometheus","type":"prometheus","isDefault":true}]"""),
        ["/api/v1/rules"] = Text("200 OK", """
            {"status":"success","data":{"groups":[{"name":"shop","file":"shop.yaml","interval":15,"rules":[{"type":"alerting",
            "name":"Down","query":"up == 0","duration":60,"health":"ok","lastEvaluation":"2026-01-01T00:00:00Z","alerts":[]}]}]}}
            """),
        ["/api/v1/targets"] = Text("200 OK", """
            {"status":"success","data":{"activeTargets":[{"scrapePool":"shop","health":"up","labels":{"job":"shop","instance":"a:1"},
            "discoveredLabels":{},"scrapeUrl":"http://a:1/metrics","lastScrape":"2026-01-01T00:00:00Z","lastError":""}]}}
            """),
    };

    private static readonly byte[] Broken = [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', 1, (byte)'}'];

    /// <summary>By name the bytes of the whole response, after which the connection is closed.</summary>
    public static IReadOnlyDictionary<string, byte[]> Behaviours { get; } = new Dictionary<string, byte[]>
    {
        ["closes"] = [],
        ["speaks-no-http"] = "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(),
        ["speaks-tls-alert"] = [0x15, 3, 1, 0, 2, 2, 70],
        ["cut-in-headers"] = "HTTP/1.1 200 OK\r\nContent-"u8.ToArray(),
        ["cut-in-body"] = Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"status\":"),
        ["cut-in-chunk"] = Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"a\""),
        ["chunk-of-nonsense"] = Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ["length-beyond-int"] = Raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
        ["broken-gzip"] = Response("200 OK", "not gzip"u8.ToArray(), Json, "Content-Encoding: gzip\r\n"),
        ["unknown-encoding"] = Response("200 OK", "{}"u8.ToArray(), Json, "Content-Encoding: zstd\r\n"),
        ["unknown-charset"] = Text("200 OK", "<html>login</html>", "text/html; charset=klingon"),
        ["nonsense-type"] = Text("200 OK", "{}", ";;;=,\"/"),
        ["endless-headers"] = Response("200 OK", [], Json, $"X-Long: {new string('x', 200_000)}\r\n"),
        ["status-999"] = Text("999 Nonsense", "{}"),
        ["status-500-html"] = Text("500 Internal Server Error", "<html><body>\ud83d\udca5 stack trace</body></html>", "text/html"),
        ["status-422"] = Text("422 Unprocessable Entity", """{"status":"error","errorType":7,"error":{"a":[]}}"""),
        ["status-503-number"] = Text("503 Service Unavailable", "17"),
        ["status-401-odd"] = Response("401 Unauthorized", "null"u8.ToArray(), Json, "WWW-Authenticate: ,,=\"\r\n"),
        ["status-429-forever"] = Response("429 Too Many Requests", "{}"u8.ToArray(), Json, "Retry-After: 99999999999\r\n"),
        ["status-204"] = Raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        ["status-304"] = Raw("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"),
        ["redirect-to-nowhere"] = Response("302 Found", [], Json, "Location: http://does-not-resolve.invalid/\r\n"),
        ["redirect-to-nonsense"] = Response("302 Found", [], Json, "Location: http://[::bad/ \\\r\n"),
        ["empty"] = Text("200 OK", ""),
        ["null"] = Text("200 OK", "null"),
        ["number"] = Text("200 OK", "1e999"),
        ["text"] = Text("200 OK", "\"x\""),
        ["list"] = Text("200 OK", "[null,1,{},[]]"),
        ["object"] = Text("200 OK", "{}"),
        ["deep"] = Text("200 OK", new string('[', 20_000)),
        ["duplicate-keys"] = Text(
            "200 OK", """{"status":"success","status":"success","data":{},"data":[],"dashboard":{},"dashboard":{}}"""),
        ["half-surrogate"] = Text("200 OK", """{"status":"\ud800","data":"\udfff","dashboard":{"title":"\ud800"}}"""),
        ["broken-utf8"] = Response("200 OK", Broken, Json, ""),
        ["null-data"] = Text("200 OK", """{"status":"success","data":null,"dashboard":null,"meta":null,"items":null,"kind":null}"""),
        ["wrong-kinds"] = Text("200 OK", """
            {"status":"success","data":{"resultType":"matrix","result":[{"metric":7,"values":[[1e300,"NaN"],[null],7]}],
            "activeTargets":[{"labels":[],"lastScrape":"9999-99-99","scrapeInterval":"99999999999999999999y"}],
            "groups":[{"name":{},"interval":1e300,"rules":[{"type":"alerting","lastEvaluation":12,"duration":"x"}]}],"alerts":[7]}}
            """),
        ["times-beyond-range"] = Text("200 OK", """
            {"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"1"]}],
            "activeTargets":[{"scrapePool":"shop","health":"up","labels":{"job":"shop"},"lastScrape":"9999-12-31T23:59:59.999999999Z",
            "scrapeInterval":"290y","scrapeTimeout":"1y"}],"groups":[{"name":"shop","file":"x","interval":1e18,"rules":
            [{"type":"alerting","name":"x","query":"1","duration":1e300,"lastEvaluation":"0001-01-01T00:00:00+14:00","health":"ok"}]}]}}
            """),
        ["dashboard-of-nonsense"] = Text("200 OK", Dashboard),
        ["metrics-of-nonsense"] = Text("200 OK", "# TYPE a\n\0a{=\"\"} 1e\n", "text/plain; version=nonsense; escaping=\"\""),
    };

    /// <summary>The path under which a server answers so, at once or behind a good beginning.</summary>
    public static string PathOf(string behaviour, bool late) => $"{(late ? "late" : "at-once")}/{behaviour}/";

    /// <summary>The response to a request.</summary>
    public static byte[] To(string request)
    {
        var path = request.Split(' ').ElementAtOrDefault(1) ?? "/";
        var good = path.StartsWith("/late/", StringComparison.Ordinal)
            ? Good.FirstOrDefault(one => path.Split('?')[0].EndsWith(one.Key, StringComparison.Ordinal)).Value
            : null;
        var name = path.Split('/', '?').FirstOrDefault(Behaviours.ContainsKey);
        return good ?? (name is null ? Text("200 OK", "{}") : Behaviours[name]);
    }

    private static byte[] Raw(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Text(string status, string body, string type = Json) => Response(status, Raw(body), type, "");

    private static byte[] Response(string status, byte[] body, string type, string headers) =>
    [
        .. Raw($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{headers}"),
        .. "Connection: close\r\n\r\n"u8,
        .. body,
    ];
}
