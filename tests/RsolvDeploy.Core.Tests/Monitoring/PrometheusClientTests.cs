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
        PrometheusTargets read = await _prometheus.Client().GetTargetsAsync(Ct);

        PrometheusTarget target = Assert.Single(read.Targets);
        Assert.Equal(("rsolv-platform", "up", TimeSpan.FromSeconds(15)), (target.Job, target.Health, target.Interval));
        Assert.Equal(TimeSpan.FromSeconds(10), read.At - target.LastScrape);
    }

    [Fact]
    public async Task A_query_is_posted_as_a_form()
    {
        IReadOnlyList<PrometheusSeries> series = await _prometheus.Client().QueryAsync("up{job=\"a b\"}", Ct);

        Assert.Equal(("POST", "/api/v1/query", "query=up%7Bjob%3D%22a+b%22%7D"), Assert.Single(_prometheus.Http.Requests));
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
        Assert.Single((await _prometheus.Client().GetTargetsAsync(Ct)).Targets);
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
            ("PrometheusQueryFailed", "Prometheus at http://prometheus.test/ refused the query up{: 1:3: parse error."),
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
    [InlineData(
        """{"status":"success","data":{"activeTargets":[{"labels":{},"scrapeUrl":"","health":"up","lastScrape":"2026-01-01T00:00:00Z","scrapeInterval":"x"}]}}""",
        200,
        "scrapeInterval is no duration")]
    public async Task What_is_not_its_API_is_said_to_be_so(string body, int status, string reason)
    {
        _prometheus.Fault = _ => FakeHttp.Answer(body, "text/html", (HttpStatusCode)status);

        DeployException fault = await Assert.ThrowsAsync<DeployException>(() => _prometheus.Client().GetTargetsAsync(Ct));

        Assert.Equal("PrometheusQueryFailed", fault.Id);
        Assert.EndsWith($"is not Prometheus' API: {reason}.", fault.Message, StringComparison.Ordinal);
        Assert.Single(_prometheus.Http.Requests);
    }

    [Fact]
    public async Task Cancellation_passes_through() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _prometheus.Client().GetTargetsAsync(new CancellationToken(true)));

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
