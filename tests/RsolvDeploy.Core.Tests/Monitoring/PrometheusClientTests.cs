using System.Net;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Monitoring;

public sealed class PrometheusClientTests
{
    private readonly FakePrometheus _prometheus = new(new ImmediateTime(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Targets_are_read_with_the_clock_of_the_server()
    {
        PrometheusTargets read = await _prometheus.Client().GetTargetsAsync("rsolv-platform", Ct);

        PrometheusTarget target = Assert.Single(read.Targets);
        Assert.Equal(("rsolv-platform", "up", TimeSpan.FromSeconds(15)), (target.Job, target.Health, target.Interval));
        Assert.Equal(TimeSpan.FromSeconds(10), read.At - target.LastScrape);
    }

    [Fact]
    public async Task A_query_is_posted_as_a_form()
    {
        IReadOnlyList<PrometheusSeries> series = await _prometheus.Client().QueryAsync("up{job=\"a b\"}", Ct);

        Assert.Equal(
            ("POST", "/api/v1/query", "query=up%7Bjob%3D%22a+b%22%7D&latency_offset=1ms"),
            Assert.Single(_prometheus.Http.Requests));
        Assert.Equal((2, 1d), (series.Count, series[0].Value));
    }

    [Theory]
    [InlineData("[1, \"NaN\"]", double.NaN)]
    [InlineData("[1, \"+Inf\"]", double.PositiveInfinity)]
    [InlineData("[1, \"-Inf\"]", double.NegativeInfinity)]
    [InlineData("[1, \"1e-3\"]", 0.001)]
    public async Task A_scalar_is_read(string value, double expected)
    {
        _prometheus.Fault = _ => FakeHttp.Answer($$$"""{"status":"success","data":{"resultType":"scalar","result":{{{value}}}}}""");

        Assert.Equal(expected, Assert.Single(await _prometheus.Client().QueryAsync("time()", Ct)).Value);
    }

    [Fact]
    public async Task A_GET_is_sent_again_a_few_times_and_a_POST_is_not()
    {
        int asked = 0;
        _prometheus.Fault = _ => ++asked <= 3 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null;
        Assert.Single((await _prometheus.Client().GetTargetsAsync("rsolv-platform", Ct)).Targets);
        Assert.Equal(4, asked);

        asked = 0;
        DeployException refused = await Assert.ThrowsAsync<DeployException>(() => _prometheus.Client().QueryAsync("up", Ct));
        Assert.Equal(("PrometheusUnreachable", 1), (refused.Id, asked));

        _prometheus.Fault = _ => ++asked > 0 ? throw new HttpRequestException("connection refused") : null;
        asked = 0;
        DeployException lost = await Assert.ThrowsAsync<DeployException>(() => _prometheus.Client().GetAlertsAsync(Ct));
        Assert.Equal(("PrometheusUnreachable", 4), (lost.Id, asked));
        Assert.Equal("Prometheus at http://prometheus.test/ did not respond: connection refused.", lost.Message);
    }

    [Fact]
    public async Task A_refused_query_says_why()
    {
        _prometheus.Fault = _ =>
            FakeHttp.Answer("""{"status":"error","errorType":"bad_data","error":"1:3: parse error"}""", status: HttpStatusCode.BadRequest);

        DeployException fault = await Assert.ThrowsAsync<DeployException>(() => _prometheus.Client().QueryAsync("up{", Ct));

        Assert.Equal(
            ("PrometheusQueryFailed", "Prometheus at http://prometheus.test/ refused the query up{: bad_data: 1:3: parse error."),
            (fault.Id, fault.Message));
    }

    [Theory]
    [InlineData("<html>login</html>", 200, "text/html that is not JSON")]
    [InlineData("<html>not here</html>", 404, "status 404")]
    [InlineData("{}", 200, "status 200")]
    [InlineData("[]", 200, "status 200")]
    [InlineData("""{"status":"success","data":[]}""", 200, "it has no data of kind object")]
    [InlineData("""{"status":"success","data":{}}""", 200, "it has no activeTargets of kind array")]
    [InlineData("""{"status":"success","data":{"activeTargets":[{}]}}""", 200, "it has no labels of kind object")]
    [InlineData(
        """{"status":"success","data":{"activeTargets":[{"labels":{"a":"\ud800"},"scrapeUrl":""}]}}""",
        200,
        "Cannot read incomplete UTF-16 JSON text as string with missing low surrogate")]
    [InlineData(
        """{"status":"success","data":{"activeTargets":[{"labels":{},"scrapeUrl":"","health":"up","lastScrape":"soon"}]}}""",
        200,
        "lastScrape is soon, which is no timestamp")]
    [InlineData("no org id", 401, "status 401, no org id")]
    public async Task What_is_not_its_API_is_said_to_be_so(string body, int status, string reason)
    {
        _prometheus.Fault = _ => FakeHttp.Answer(body, "text/html", (HttpStatusCode)status);

        DeployException fault = await Assert.ThrowsAsync<DeployException>(() => _prometheus.Client().GetTargetsAsync("rsolv-platform", Ct));

        Assert.Equal("PrometheusQueryFailed", fault.Id);
        Assert.EndsWith($"is not Prometheus' API: {reason}.", fault.Message, StringComparison.Ordinal);
        Assert.Single(_prometheus.Http.Requests, request => request.Method == "GET");
    }

    [Theory]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"too many series"}""",
        "Prometheus at http://prometheus.test/ refused the query up: execution: too many series.")]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out in query execution"}""",
        "Prometheus at http://prometheus.test/ did not respond: status 503, timeout: query timed out in query execution.")]
    [InlineData(503, "no store is ready\n", "Prometheus at http://prometheus.test/ did not respond: status 503, no store is ready.")]
    [InlineData(500, """{"code":500,"message":"ring is empty"}""",
        "Prometheus at http://prometheus.test/ did not respond: status 500, ring is empty.")]
    [InlineData(
        401, "no org id\n", "The response of http://prometheus.test/ to the query up is not Prometheus' API: status 401, no org id.")]
    public async Task An_error_says_what_its_body_says(int status, string body, string message)
    {
        _prometheus.Fault = _ => FakeHttp.Answer(body, "text/plain", (HttpStatusCode)status);

        DeployException fault = await Assert.ThrowsAsync<DeployException>(() => _prometheus.Client().QueryAsync("up", Ct));

        Assert.Equal(message, fault.Message);
    }

    [Theory]
    [InlineData("""{"labels":{"job":"a"},"health":"up","lastScrape":"2026-10-31T23:59:50Z"}""", 60, true)]
    [InlineData(
        """{"labels":{"job":"a"},"health":"up","lastScrape":"2026-10-31T23:59:50Z","discoveredLabels":{"__scrape_interval__":"1m30s"}}""",
        90,
        false)]
    [InlineData("""{"labels":{"job":"a"},"health":"up","lastScrape":"2026-10-31T23:59:50Z","scrapeInterval":20}""", 20, false)]
    [InlineData("""{"labels":{"job":"a"},"health":"up","lastScrape":"2026-10-31T23:59:50Z","scrapeInterval":"soon"}""", 60, true)]
    public async Task Targets_of_servers_that_show_less_are_read(string target, double interval, bool assumed)
    {
        _prometheus.Fault = _ => FakeHttp.Answer($$"""{"status":"success","data":{"activeTargets":[{{target}}] } }""");

        PrometheusTarget read = Assert.Single((await _prometheus.Client().GetTargetsAsync("a", Ct)).Targets);

        Assert.Equal((true, interval, assumed), (read.IsUp, read.Interval.TotalSeconds, read.IntervalIsAssumed));
        Assert.Equal(TimeSpan.FromSeconds(10), new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) - read.LastScrape);
    }

    [Fact]
    public async Task A_server_without_targets_is_judged_by_its_series_up()
    {
        _prometheus.Fault = request => request.Method == HttpMethod.Get ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : request.Content!.ReadAsStringAsync(Ct).Result.Contains("timestamp", StringComparison.Ordinal)
                ? FakeHttp.Answer(
                    """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"a","instance":"i"},"value":[1,"1793491190"]}]}}""")
                : FakeHttp.Answer(
                    """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a","instance":"i"},"value":[1,"1"]}]}}""");

        PrometheusTarget read = Assert.Single((await _prometheus.Client().GetTargetsAsync("a", Ct)).Targets);

        Assert.Equal((true, "i", "a"), (read.IsUp, read.ScrapeUrl, read.Job));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1793491190), read.LastScrape);
    }

    [Fact]
    public async Task Rules_without_health_and_lists_that_are_null_are_read()
    {
        _prometheus.Fault = _ => FakeHttp.Answer("""
            {"status":"success","data":{"groups":[
              {"name":"g","rules":null},
              {"name":"h","interval":30,"rules":[
                {"type":"ALERTING","name":"a","lastEvaluation":"2026-10-31T23:59:50Z"},
                {"type":"alerting","name":"b","lastError":"no"},
                {"type":"alerting","name":"c","labels":null},
                {"type":"alerting","name":"thanos","health":"ok"},
                {"type":"alerting","name":"vmalert","health":"ok","lastEvaluation":"0001-01-01T00:00:00Z"},
                {"type":"recording","name":"d"}]}]}}
            """);

        PrometheusRules read = await _prometheus.Client().GetAlertRulesAsync(Ct);

        Assert.Equal(
            [("a", "ok"), ("b", "err"), ("c", "unknown"), ("thanos", "ok"), ("vmalert", "unknown")],
            read.Rules.Select(rule => (rule.Name, rule.Health)));
        Assert.Equal(30, read.Rules[0].Interval.TotalSeconds);
    }

    [Fact]
    public async Task Cancellation_passes_through() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _prometheus.Client().GetTargetsAsync("rsolv-platform", new CancellationToken(true)));

    [Theory]
    [InlineData("15s", 15)]
    [InlineData("1m30s", 90)]
    [InlineData("250ms", 0.25)]
    [InlineData("1h", 3600)]
    [InlineData("0s", 0)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.True(PrometheusDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("15 s")]
    [InlineData("99999999999s")]
    [InlineData("2000000000y")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(PrometheusDuration.TryParse(text, out _));
}
