using System.Net;
using System.Net.Sockets;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Checks;
using RsolvDeploy.Health;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class HealthProbeTests
{
    private const string Metrics =
        "# TYPE rsolv_validation_executions_total counter\nrsolv_validation_executions_total 0\n# TYPE rsolv_mitigation_x gauge\n";

    private readonly ImmediateTime _time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    private static Target Target => new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "rsolv",
        Deployment = "rsolv-platform",
        Environment = "production",
        Url = new Uri("http://platform.test/base/"),
        Health = new HealthSettings { Samples = 20 },
        Metrics = new MetricSettings { Families = ["rsolv_validation_*", "rsolv_mitigation_*"] },
    };

    [Fact]
    public async Task A_healthy_platform_passes_every_check()
    {
        var http = new FakeHttp((request, _) => Healthy(request));

        HealthReport report = await ProbeAsync(http, Target);

        Assert.Equal(
            ["health.status", "health.metrics", "health.metrics-defined", "health.response-time", "health.no-5xx", "health.tls"],
            report.Checks.Select(check => check.Id));
        Assert.All(report.Checks.SkipLast(1), check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal("http://platform.test/base/ does not use TLS", report.Checks[5].Evidence);
        Assert.Equal(Verdict.Passed, VerdictRule.Decide(report.Checks));
        Assert.Equal("rsolv_validation_*: 1 families, 1 samples; rsolv_mitigation_*: 1 families, 0 samples", report.Checks[2].Evidence);
        Assert.Equal(1 + 20, http.Requests.Count(request => request.Path == "/base/health"));
        Assert.Equal(1 + 3, http.Requests.Count(request => request.Path == "/base/metrics"));
    }

    [Fact]
    public async Task Only_the_essentials_are_requested_when_only_they_are_wanted()
    {
        var http = new FakeHttp((request, _) => Healthy(request));

        HealthReport report = await new HealthProbe(new HttpClient(http), _time).ProbeEssentialsAsync(
            Target, TestContext.Current.CancellationToken);

        Assert.Equal(3, report.Checks.Count);
        Assert.Equal(2, http.Requests.Count);
        Assert.Equal(1, report.Metrics!.Samples);
    }

    [Fact]
    public async Task Times_over_the_limit_fail_by_the_95th_percentile_and_warn_by_the_maximum()
    {
        int asked = 0;
        var slowOnce = new FakeHttp((request, _) =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(request.RequestUri!.AbsolutePath == "/base/health" && ++asked == 10 ? 2500 : 10));
            return Healthy(request);
        });
        var slow = new FakeHttp((request, _) =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(request.RequestUri!.AbsolutePath == "/base/metrics" ? 1000 : 10));
            return Healthy(request);
        });

        Assert.Equal(CheckStatus.Warning, (await ProbeAsync(slowOnce, Target)).Checks[3].Status);
        Check failed = (await ProbeAsync(slow, Target)).Checks[3];
        Assert.Equal(CheckStatus.Failed, failed.Status);
        Assert.Contains(
            "/base/metrics: median 1000 ms, p95 1000 ms, max 1000 ms of 3, limit 1000 ms", failed.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_5xx_fails_and_is_counted()
    {
        int asked = 0;
        var http = new FakeHttp((request, _) => ++asked % 2 == 0 ? new HttpResponseMessage(HttpStatusCode.BadGateway) : Healthy(request));

        Check check = (await ProbeAsync(http, Target)).Checks[4];

        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Matches("^1[12] of 23 responses are 5xx: 502 × 1[12]$", check.Evidence);
    }

    [Fact]
    public async Task A_platform_that_does_not_respond_has_failed()
    {
        var http = new FakeHttp((_, _) =>
            throw new HttpRequestException("wrapped", new SocketException((int)SocketError.ConnectionRefused)));

        HealthReport report = await ProbeAsync(http, Target);

        Assert.Equal(Verdict.Failed, VerdictRule.Decide(report.Checks));
        Assert.Equal("no response from http://platform.test/base/health: Connection refused", report.Checks[0].Evidence);
        Assert.Equal(
            [
                CheckResult.NotMet, CheckResult.NotMet, CheckResult.Skipped, CheckResult.NotMet, CheckResult.Inconclusive,
                CheckResult.Skipped,
            ],
            report.Checks.Select(check => check.Result));
    }

    [Fact]
    public async Task A_redirect_is_not_a_response()
    {
        var http = new FakeHttp((_, _) =>
            new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("https://login.test/") } });

        Check check = (await ProbeAsync(http, Target)).Checks[0];

        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.StartsWith(
            "http://platform.test/base/health responded 302 to https://login.test/ in", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_HTML_is_no_exposition()
    {
        var http = new FakeHttp((_, _) => FakeHttp.Answer("<!DOCTYPE html>\n<html></html>\n", "text/plain"));

        HealthReport report = await ProbeAsync(http, Target);

        Assert.Equal((CheckStatus.Failed, (object)2L), (report.Checks[1].Status, report.Checks[1].Actual));
        Assert.Contains(
            "line 1, column 1: '<!DOCTYPE html>' does not begin with a metric name", report.Checks[1].Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Failed, report.Checks[2].Status);
    }

    [Fact]
    public async Task Metrics_of_a_content_type_that_Prometheus_3_refuses_fail_unless_their_job_has_a_fallback()
    {
        var http = new FakeHttp((_, _) => FakeHttp.Answer("rsolv_validation_x 1\nrsolv_mitigation_x 1\n", "text/html"));
        Target fallback = Target with
        {
            MetricsEndpoint = Target.MetricsEndpoint with { FallbackScrapeProtocol = "PrometheusText0.0.4" },
        };

        Check refused = (await ProbeAsync(http, Target)).Checks[1];
        Check taken = (await ProbeAsync(http, fallback)).Checks[1];

        Assert.Equal(CheckStatus.Failed, refused.Status);
        Assert.EndsWith(
            "the content type is text/html, which Prometheus 3 refuses; Prometheus 2 reads it as text",
            refused.Evidence,
            StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Warning, taken.Status);
        Assert.EndsWith(
            "; the content type is text/html; Prometheus reads it by the fallback_scrape_protocol PrometheusText0.0.4 of its job",
            taken.Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_format_forbids_and_Prometheus_takes_passes_with_a_warning_that_quotes_the_line()
    {
        var http = new FakeHttp((_, _) => FakeHttp.Answer("a{path=\"C:\\Program Files\"} 1\n", "text/plain"));

        Check check = (await ProbeAsync(http, Target)).Checks[1];

        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.EndsWith(
            "Prometheus takes 1 lines that the format forbids, first line 1, column 1: "
                + "a label holds an escape other than \\\\, \\\" and \\n: 'a{path=\"C:\\Program Files\"} 1'",
            check.Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_already_is_neither_blamed_nor_good()
    {
        var http = new FakeHttp((request, _) => request.RequestUri!.AbsolutePath.EndsWith("/health", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            : Healthy(request));
        var before = new Baseline { HealthFailing = ["health.status", "health.no-5xx"] };

        HealthReport report = await ProbeAsync(http, Target, before);

        Assert.Equal((CheckStatus.Warning, CheckStatus.Warning), (report.Checks[0].Status, report.Checks[4].Status));
        Assert.EndsWith("it failed already before the deployment", report.Checks[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(Verdict.Inconclusive, VerdictRule.Decide(report.Checks));
        Assert.Equal(
            Verdict.Failed,
            VerdictRule.Decide((await ProbeAsync(http, Target, new Baseline { HealthFailing = ["health.no-5xx"] })).Checks));
    }

    [Theory]
    [InlineData(300, CheckStatus.Warning)]
    [InlineData(200, CheckStatus.Passed)]
    public async Task A_median_of_more_than_twice_that_of_before_is_a_warning(int milliseconds, CheckStatus status)
    {
        var http = new FakeHttp((request, _) =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            return Healthy(request);
        });

        HealthReport report = await ProbeAsync(
            http,
            Target,
            new Baseline { ResponseTimes = new Dictionary<string, TimeSpan> { ["/base/health"] = TimeSpan.FromMilliseconds(100) } });

        Assert.Equal(status, report.Checks[3].Status);
        Assert.Contains("limit 2000 ms, median 100 ms before", report.Checks[3].Evidence, StringComparison.Ordinal);
        Assert.True(report.ResponseTimes["/base/health"] >= TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public async Task Cancellation_is_not_an_outcome()
    {
        var http = new FakeHttp((request, _) => Healthy(request));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new HealthProbe(new HttpClient(http), _time).ProbeAsync(Target, null, new CancellationToken(true)));
    }

    [Fact]
    public async Task Without_an_address_nothing_is_requested_and_nothing_passes()
    {
        HealthReport report = await ProbeAsync(new FakeHttp((request, _) => Healthy(request)), Target with { Url = null });

        Assert.All(report.Checks, check => Assert.Equal(CheckStatus.Skipped, check.Status));
        Assert.Equal(Verdict.Inconclusive, VerdictRule.Decide(report.Checks));
    }

    [Theory]
    [InlineData(new[] { CheckResult.Met, CheckResult.MetWithWarning, CheckResult.Skipped }, Verdict.Passed)]
    [InlineData(new[] { CheckResult.Met, CheckResult.Inconclusive }, Verdict.Inconclusive)]
    [InlineData(new[] { CheckResult.Met, CheckResult.NotMetBefore }, Verdict.Inconclusive)]
    [InlineData(new[] { CheckResult.NotMet, CheckResult.NotMetBefore }, Verdict.Failed)]
    [InlineData(new[] { CheckResult.Met, CheckResult.Inconclusive, CheckResult.Unmeasured }, Verdict.Error)]
    [InlineData(new[] { CheckResult.Unmeasured, CheckResult.NotMet }, Verdict.Failed)]
    [InlineData(new[] { CheckResult.Skipped }, Verdict.Inconclusive)]
    [InlineData(new CheckResult[0], Verdict.Inconclusive)]
    internal void The_worst_check_decides_the_verdict(CheckResult[] results, Verdict verdict) =>
        Assert.Equal(verdict, VerdictRule.Decide(results.Select(result => Make(CheckTable.HealthStatus, result))));

    [Fact]
    public void An_advisory_check_does_not_decide() =>
        Assert.Equal(
            Verdict.Passed,
            VerdictRule.Decide([Make(CheckTable.CodeTagged, CheckResult.NotMet), Make(CheckTable.HealthStatus, CheckResult.Met)]));

    private static Check Make(CheckDefinition definition, CheckResult result) =>
        definition.ToCheck(new CheckOutcome(result, ""), CheckTimer.Start(TimeProvider.System));

    private static HttpResponseMessage Healthy(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.EndsWith("/metrics", StringComparison.Ordinal)
            ? FakeHttp.Answer(Metrics, "text/plain; version=0.0.4")
            : FakeHttp.Answer("""{"status":"ok"}""");

    private async Task<HealthReport> ProbeAsync(FakeHttp http, Target target, Baseline? before = null)
    {
        HealthReport report = await new HealthProbe(new HttpClient(http), _time).ProbeAsync(
            target, before, TestContext.Current.CancellationToken);
        ComparedValues.AssertFilled(report.Checks);
        return report;
    }
}
