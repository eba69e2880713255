using System.Net;
using RsolvDeploy.Core.Tests.Checks;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services;

namespace RsolvDeploy.Core.Tests.Monitoring;

public sealed class MetricsVerifierTests
{
    private readonly ImmediateTime _time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakePrometheus _prometheus;

    public MetricsVerifierTests() => _prometheus = new FakePrometheus(_time);

    private static Target Target => new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "rsolv",
        Deployment = "rsolv-platform",
        Environment = "production",
        Url = new Uri("http://platform.test"),
        Prometheus = new PrometheusSettings { Job = "rsolv-platform", Url = new Uri("http://prometheus.test") },
        Alerts = new AlertSettings("rfc_060*", 9, new Dictionary<string, string> { ["rfc"] = "060" }),
        Metrics = new MetricSettings { Families = ["rsolv_validation_*", "rsolv_mitigation_*"] },
        Verification = new VerificationSettings { ConsecutiveErrorLimit = 0 },
    };

    [Fact]
    public async Task A_good_deployment_passes_with_the_measured_numbers()
    {
        Verification verification = await VerifyAsync(Target);

        Assert.Equal(
            ["health.status", "health.metrics", "health.metrics-defined", "prometheus.target", "prometheus.scrape", "prometheus.metrics",
             "prometheus.environment-label", "alerts.loaded", "alerts.evaluating", "alerts.quiet"],
            verification.Checks.Select(check => check.Id));
        Assert.All(verification.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal((Verdict.Passed, StepStatus.Succeeded, "run-1"), (verification.Verdict, verification.Status, verification.RunId));
        Assert.Equal(
            "1 of 1 targets of job rsolv-platform for production are up: http://10.0.0.1:4000/metrics",
            Evidence(verification, "prometheus.target"));
        Assert.Equal(
            "rsolv_validation_*: 1 metrics, 1 series; rsolv_mitigation_*: 1 metrics, 1 series",
            Evidence(verification, "prometheus.metrics"));
        Assert.Equal("9 of 9 rules in rfc_060_validation (9)", Evidence(verification, "alerts.loaded"));
        Assert.Equal("0 firing and 0 pending with rfc=\"060\", of 9 rules that carry it", Evidence(verification, "alerts.quiet"));
    }

    [Fact]
    public async Task The_next_scrape_is_awaited_before_the_series_are_queried()
    {
        DateTimeOffset start = _time.GetUtcNow();

        await VerifyAsync(Target);

        List<string> asked = [.. _prometheus.Http.Requests.Select(request => request.Path)];
        Assert.True(asked.Count(path => path.StartsWith("/api/v1/targets", StringComparison.Ordinal)) > 1);
        Assert.True(
            asked.IndexOf("/api/v1/query") > asked.FindLastIndex(path => path.StartsWith("/api/v1/targets", StringComparison.Ordinal)));
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(11));
        Assert.Contains("count by (__name__, environment) ({__name__=~\"rsolv_validation_.*|rsolv_mitigation_.*\",job=\"rsolv-platform\"})",
            Uri.UnescapeDataString(_prometheus.Http.Requests.Single(request => request.Method == "POST").Body.Replace('+', ' ')),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_is_down_fails_and_makes_its_series_pointless()
    {
        _prometheus.TargetHealth = "down";
        _prometheus.TargetError = "connection refused";

        Verification verification = await VerifyAsync(Target);

        Assert.Equal(Verdict.Failed, verification.Verdict);
        Assert.Equal(CheckStatus.Failed, Of(verification, "prometheus.target").Status);
        Assert.Contains("connection refused", Evidence(verification, "prometheus.target"), StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Failed, Of(verification, "prometheus.scrape").Status);
        Assert.Equal(CheckStatus.Skipped, Of(verification, "prometheus.metrics").Status);
    }

    [Fact]
    public async Task A_target_that_is_never_scraped_is_not_decided_when_the_time_is_over()
    {
        _prometheus.ScrapesEvery = null;
        _prometheus.TargetHealth = "unknown";

        Verification verification = await VerifyAsync(Target);

        Assert.Equal(Verdict.Inconclusive, verification.Verdict);
        Assert.Equal(StepStatus.Failed, verification.Status);
        Assert.StartsWith("No data:", Evidence(verification, "prometheus.target"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scrape_that_stopped_fails_by_its_age()
    {
        _prometheus.ScrapesEvery = TimeSpan.FromSeconds(15);
        DateTimeOffset stopped = _time.GetUtcNow().AddSeconds(-10);
        string target = FakePrometheus.Success(new
        {
            activeTargets = new[]
            {
                new
                {
                    labels = new { job = "rsolv-platform" }, scrapeUrl = "http://10.0.0.1/metrics", health = "up", lastError = "",
                    lastScrape = stopped.ToString("O"), scrapeInterval = "15s", scrapeTimeout = "10s",
                },
            },
        });
        _prometheus.Fault = request => request.RequestUri!.AbsolutePath == "/api/v1/targets" ? FakeHttp.Answer(target) : null;

        Verification verification = await VerifyAsync(Target);

        Assert.Equal(Verdict.Failed, verification.Verdict);
        Assert.Equal(
            (CheckStatus.Failed, (object)30.0, "s"),
            (
                Of(verification, "prometheus.scrape").Status,
                Of(verification, "prometheus.scrape").Expected,
                Of(verification, "prometheus.scrape").Unit));
    }

    [Fact]
    public async Task Targets_of_another_environment_do_not_count()
    {
        _prometheus.TargetLabels["environment"] = "staging";

        Verification verification = await VerifyAsync(Target);

        Assert.Equal("No target of job rsolv-platform for production: the 1 targets of job rsolv-platform are of the environments staging",
            Evidence(verification, "prometheus.target"));
        Assert.Equal(Verdict.Failed, verification.Verdict);
    }

    [Fact]
    public async Task Series_without_the_environment_fail()
    {
        _prometheus.Series[1] = (_prometheus.Series[1].Name, null);

        Verification verification = await VerifyAsync(Target);

        Assert.Equal(CheckStatus.Passed, Of(verification, "prometheus.metrics").Status);
        Assert.Equal(
            "(none): 1 series, production: 1 series; rsolv_mitigation_executions_total without the label",
            Evidence(verification, "prometheus.environment-label"));
        Assert.Equal(Verdict.Failed, verification.Verdict);
    }

    [Fact]
    public async Task Series_of_another_environment_only_fail()
    {
        _prometheus.Series[0] = (_prometheus.Series[0].Name, "staging");

        Assert.Contains(
            "none of rsolv_validation_* with environment=\"production\"",
            Evidence(await VerifyAsync(Target), "prometheus.environment-label"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_that_are_missing_fail_unless_the_platform_has_none_yet()
    {
        _prometheus.Series.RemoveAt(1);
        Verification lost = await VerifyAsync(Target);

        _prometheus.Exposition = "rsolv_validation_executions_total 1\n# TYPE rsolv_mitigation_executions_total counter\n";
        Verification waiting = await VerifyAsync(Target);

        Assert.Equal((Verdict.Failed, CheckStatus.Failed), (lost.Verdict, Of(lost, "prometheus.metrics").Status));
        Assert.Equal((Verdict.Inconclusive, CheckStatus.Skipped), (waiting.Verdict, Of(waiting, "prometheus.metrics").Status));
    }

    [Fact]
    public async Task Rules_that_are_missing_fail()
    {
        _prometheus.Rules.RemoveAt(0);

        Check loaded = Of(await VerifyAsync(Target), "alerts.loaded");

        Assert.Equal((CheckStatus.Failed, (object)9L, (object)8L, "rules"), (loaded.Status, loaded.Expected, loaded.Actual, loaded.Unit));
    }

    [Fact]
    public async Task A_rule_that_fails_is_named_with_its_error()
    {
        _prometheus.Rules[3] = ("Rule4", "err", "many-to-many matching not allowed");

        Verification verification = await VerifyAsync(Target);

        Assert.Equal("1 of 9 rules fail: Rule4: many-to-many matching not allowed", Evidence(verification, "alerts.evaluating"));
        Assert.Equal(Verdict.Failed, verification.Verdict);
    }

    [Fact]
    public async Task Rules_that_are_never_evaluated_are_not_decided()
    {
        _prometheus.Rules[3] = ("Rule4", "unknown", "");

        Verification verification = await VerifyAsync(Target);

        Assert.Equal("No data: 1 of 9 rules were not evaluated yet, Rule4 among them", Evidence(verification, "alerts.evaluating"));
        Assert.Equal(Verdict.Inconclusive, verification.Verdict);
    }

    [Fact]
    public async Task A_firing_alert_fails_and_a_pending_one_is_a_warning()
    {
        _prometheus.Alerts.Add(("Rule2", "pending"));
        Verification pending = await VerifyAsync(Target);
        _prometheus.Alerts.Add(("Rule5", "firing"));
        Verification firing = await VerifyAsync(Target);

        Assert.Equal((Verdict.Passed, CheckStatus.Warning), (pending.Verdict, Of(pending, "alerts.quiet").Status));
        Assert.Equal((Verdict.Failed, (object)1L), (firing.Verdict, Of(firing, "alerts.quiet").Actual));
        Assert.EndsWith(": Rule5", Evidence(firing, "alerts.quiet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_that_fired_before_is_a_warning_and_only_a_new_one_fails()
    {
        var before = new Baseline { AlertsFiring = ["Rule5"] };
        _prometheus.Alerts.Add(("Rule5", "firing"));
        Verification known = await VerifyAsync(Target, before);
        _prometheus.Alerts.Add(("Rule2", "firing"));
        Verification fresh = await VerifyAsync(Target, before);

        Assert.Equal((Verdict.Passed, CheckStatus.Warning), (known.Verdict, Of(known, "alerts.quiet").Status));
        Assert.Contains("already before the deployment: Rule5", Evidence(known, "alerts.quiet"), StringComparison.Ordinal);
        Assert.Equal((Verdict.Failed, (object)1L), (fresh.Verdict, Of(fresh, "alerts.quiet").Actual));
        Assert.EndsWith(": Rule2; already before the deployment: Rule5", Evidence(fresh, "alerts.quiet"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Response_times_are_measured_beside_those_of_before_alone(int known, bool isMeasured)
    {
        var before = new Baseline
        {
            Counters = new CounterBaseline(_time.GetUtcNow()),
            ResponseTimes = Enumerable.Range(0, known).ToDictionary(_ => "/health", _ => TimeSpan.FromMilliseconds(5)),
        };

        Verification verification = await VerifyAsync(Target, before);

        Assert.Equal(isMeasured, verification.Checks.Any(check => check.Id == "health.response-time"));
    }

    [Fact]
    public async Task Quiet_of_rules_that_are_not_there_is_no_pass()
    {
        _prometheus.Rules.Clear();

        Assert.StartsWith(
            "No data: no loaded rule carries rfc=\"060\"", Evidence(await VerifyAsync(Target), "alerts.quiet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Prometheus_that_does_not_respond_is_an_error_not_a_failure()
    {
        _prometheus.Fault = request =>
            request.RequestUri!.Host == "prometheus.test" ? throw new HttpRequestException("connection refused") : null;

        Verification verification = await VerifyAsync(Target);

        Assert.Equal(Verdict.Error, verification.Verdict);
        Assert.Equal(3, verification.Checks.Count(check => check.Status == CheckStatus.Passed));
        Assert.All(verification.Checks.Skip(3), check => Assert.Equal(
            (
                CheckStatus.Skipped,
                "Not measured (PrometheusUnreachable): Prometheus at http://prometheus.test/ did not respond: connection refused."),
            (check.Status, check.Evidence)));
    }

    [Fact]
    public async Task What_failed_outranks_what_could_not_be_measured()
    {
        _prometheus.Fault = request => request.RequestUri!.Host == "prometheus.test" || request.RequestUri.AbsolutePath == "/health"
            ? throw new HttpRequestException("refused")
            : null;

        Assert.Equal(Verdict.Failed, (await VerifyAsync(Target)).Verdict);
    }

    [Fact]
    public async Task What_is_not_configured_is_skipped_and_does_not_count()
    {
        Verification verification = await VerifyAsync(Target with { Prometheus = null });

        Assert.Equal(Verdict.Passed, verification.Verdict);
        Assert.All(verification.Checks.Skip(3), check => Assert.Equal("the target has no prometheus", check.Evidence));
        Assert.Equal(Verdict.Passed, (await VerifyAsync(Target with { Alerts = null })).Verdict);
    }

    [Fact]
    public async Task A_service_without_a_cluster_cannot_be_measured()
    {
        Target target = Target with
        {
            Prometheus = new PrometheusSettings { Job = "rsolv-platform", Service = new ServiceAddress("monitoring", "prometheus", 9090) },
        };
        using var platform = new HttpClient(_prometheus.Http);
        using var verifier = new MetricsVerifier(
            platform, () => PrometheusClient.Open(target.Prometheus, ServiceAccess.Anonymous()), _time);

        Verification verification = await verifier.VerifyAsync(
            target, null, "run-1", SilentReporter.Instance, TestContext.Current.CancellationToken);

        Assert.Equal(Verdict.Error, verification.Verdict);
        Assert.Contains("service monitoring/prometheus:9090", Evidence(verification, "alerts.quiet"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/metrics")]
    [InlineData("/api/v1/targets")]
    [InlineData("/api/v1/query")]
    [InlineData("/api/v1/rules")]
    [InlineData("/api/v1/alerts")]
    public async Task No_exception_of_a_request_takes_the_other_checks_away(string path)
    {
        Exception[] thrown =
        [
            new InvalidOperationException("thrown by the test"), new UriFormatException("thrown by the test"),
            new OperationCanceledException("thrown by the test"), new TaskCanceledException("thrown by the test", new IOException()),
        ];
        foreach (Exception exception in thrown)
        {
            _prometheus.Fault = request => request.RequestUri!.AbsolutePath == path ? throw exception : null;

            Verification verification = await VerifyAsync(Target);

            Assert.Equal(10, verification.Checks.Count);
            Assert.Contains(verification.Checks, check => check.Status == CheckStatus.Passed);
            Assert.NotEqual(Verdict.Passed, verification.Verdict);
        }
    }

    [Theory]
    [InlineData("\"warnings\":[\"store a did not respond\"]", CheckStatus.Warning, "the server adds warning: store a did not respond")]
    [InlineData("\"isPartial\":true", CheckStatus.Warning, "the server adds the data is partial")]
    [InlineData("\"infos\":[\"may be no counter\"]", CheckStatus.Passed, "the server adds info: may be no counter")]
    public async Task What_the_server_adds_to_its_data_is_named(string added, CheckStatus status, string words)
    {
        _prometheus.Fault = request => request.RequestUri!.AbsolutePath != "/api/v1/query" ? null : FakeHttp.Answer($$"""
            {"status":"success",{{added}},"data":{"resultType":"vector","result":[
              {"metric":{"__name__":"rsolv_validation_x","environment":"production"},"value":[1,"1"]},
              {"metric":{"__name__":"rsolv_mitigation_x","environment":"production"},"value":[1,"1"]}] } }
            """);

        Verification verification = await VerifyAsync(Target);

        Check check = verification.Checks.Single(one => one.Id == "prometheus.metrics");
        Assert.Equal(status, check.Status);
        Assert.EndsWith(words, check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_that_is_missing_in_partial_data_is_not_decided()
    {
        _prometheus.Fault = request => request.RequestUri!.AbsolutePath != "/api/v1/query" ? null
            : FakeHttp.Answer("""{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}""");

        Verification verification = await VerifyAsync(Target);

        Assert.Equal(
            CheckResult.Inconclusive, verification.Checks.Single(one => one.Id == "prometheus.metrics").Result);
    }

    [Theory]
    [InlineData("pod", "web-new", "10.0.0.9")]
    [InlineData("instance", "10.0.0.1:4000", "10.0.0.1")]
    public async Task A_target_of_a_new_pod_counts_by_its_label_or_its_address(string label, string value, string address)
    {
        _prometheus.TargetLabels[label] = value;
        _prometheus.TargetLabels["instance"] = "10.0.0.1:4000";

        Verification verification = await VerifyAsync(Target, pods: Pods("web-new", address));

        Assert.Equal(Verdict.Passed, verification.Verdict);
        Assert.Contains(
            _prometheus.Http.Requests,
            request => WebUtility.UrlDecode(request.Body).Contains(",instance=~\"10\\\\.0\\\\.0\\\\.1:4000\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_target_of_a_pod_that_is_gone_does_not_count()
    {
        _prometheus.TargetLabels["pod"] = "web-old";

        Verification verification = await VerifyAsync(Target, pods: Pods("web-new", "10.0.0.9"));

        Assert.Equal(CheckStatus.Failed, verification.Checks.Single(check => check.Id == "prometheus.target").Status);
        Assert.Equal(
            "No target of job rsolv-platform for production: the 1 targets of job rsolv-platform are pods of another release, "
                + "http://10.0.0.1:4000/metrics",
            Evidence(verification, "prometheus.target"));
    }

    [Fact]
    public async Task A_new_pod_that_no_target_scrapes_fails()
    {
        _prometheus.TargetLabels["pod"] = "web-a";
        var pods = new ReleasePods(new Dictionary<string, string?> { ["web-a"] = null, ["web-b"] = null });

        Verification verification = await VerifyAsync(Target, pods: pods);

        Assert.EndsWith("no target scrapes the new pods web-b", Evidence(verification, "prometheus.target"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_behind_a_service_names_no_pod_and_counts() =>
        Assert.Equal(Verdict.Passed, (await VerifyAsync(Target, pods: Pods("web-new", "10.0.0.9"))).Verdict);

    [Fact]
    public async Task A_verification_that_did_not_pass_is_an_error_with_its_causes()
    {
        var step = new VerificationStep();
        Assert.Null(step.ErrorOf(await VerifyAsync(Target)));

        _prometheus.Rules[0] = ("Rule1", "err", "many-to-many");
        DeployException failed = step.ErrorOf(await VerifyAsync(Target))!;
        Assert.Equal("VerificationFailed", failed.Id);
        Assert.Equal("production did not pass: alerts.evaluating: 1 of 9 rules fail: Rule1: many-to-many", failed.Message);
        Assert.StartsWith("Correct the expression", failed.Remedy, StringComparison.Ordinal);

        _prometheus.Rules.Clear();
        _prometheus.Fault = request => request.RequestUri!.Host == "prometheus.test" ? throw new HttpRequestException("refused") : null;
        Assert.Equal("VerificationError", step.ErrorOf(await VerifyAsync(Target))!.Id);
    }

    [Fact]
    public async Task A_target_of_which_nothing_can_be_measured_gets_each_reason_once()
    {
        DeployException error = new VerificationStep().ErrorOf(
            await VerifyAsync(Target with { Url = null, Prometheus = null, Grafana = null }))!;
        Assert.Equal("VerificationInconclusive", error.Id);
        Assert.Contains(
            "health.status, health.metrics, health.metrics-defined: the target has no url; ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Message.Split("; ").Length);
        Assert.StartsWith("Configure what is to be measured", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_passes_through()
    {
        using var platform = new HttpClient(_prometheus.Http);
        using var verifier = new MetricsVerifier(platform, _prometheus.Client, _time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            verifier.VerifyAsync(Target, null, "run-1", SilentReporter.Instance, new CancellationToken(true)));
    }

    private static ReleasePods Pods(string name, string address) => new(new Dictionary<string, string?> { [name] = address });

    private async Task<Verification> VerifyAsync(Target target, Baseline? before = null, ReleasePods? pods = null)
    {
        using var platform = new HttpClient(_prometheus.Http, disposeHandler: false);
        using var verifier = new MetricsVerifier(platform, _prometheus.Client, _time) { Pods = pods };
        Verification verification = await verifier.VerifyAsync(
            target, before, "run-1", SilentReporter.Instance, TestContext.Current.CancellationToken);
        ComparedValues.AssertFilled(verification.Checks);
        return verification;
    }

    private static Check Of(Verification verification, string id) => verification.Checks.Single(check => check.Id == id);

    private static string Evidence(Verification verification, string id) => Of(verification, id).Evidence;
}
