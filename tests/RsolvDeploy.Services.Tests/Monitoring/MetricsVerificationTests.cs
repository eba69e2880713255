using System.Text.Json;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>The verification against a real Prometheus that scrapes a platform and evaluates nine rules.</summary>
public sealed class MetricsVerificationTests
{
    private static readonly TimeSpan RuleTimeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_platform_that_is_scraped_and_quiet_passes()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

        Verification verification = await VerifyAsync(platform, prometheus);

        Assert.All(verification.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
        Assert.Equal((Verdict.Passed, 10), (verification.Verdict, verification.Checks.Count));
        Assert.Contains(
            "9 of 9 rules in rfc_060_mitigation (3), rfc_060_platform (3), rfc_060_validation (3)",
            Evidence(verification, "alerts.loaded"),
            StringComparison.Ordinal);
        Assert.Equal("production: 10 series", Evidence(verification, "prometheus.environment-label"));
    }

    [Fact]
    public async Task A_rule_that_fails_at_its_evaluation_is_reported()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Erroring), null, Ct);
        // Before the first scrape the expression has no series to fail on.
        await WaitForAsync(prometheus, async client => (await client.GetAlertRulesAsync(Ct)).Rules.Any(rule => rule.Health == "err"));

        Verification verification = await VerifyAsync(platform, prometheus);

        AssertOnlyFailed(verification, "alerts.evaluating");
        Assert.StartsWith(
            "1 of 9 rules fail: ValidationFailureRate: ", Evidence(verification, "alerts.evaluating"), StringComparison.Ordinal);
        Assert.Contains("many-to-many", Evidence(verification, "alerts.evaluating"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firing_alert_fails_and_has_reached_the_Alertmanager()
    {
        await using PrometheusProgram alertmanager = await AlertmanagerServer.StartAsync(Ct);
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus =
            await PrometheusServer.StartAsync(
                platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Firing), alertmanager.Address, Ct);
        await WaitForAsync(prometheus, async client =>
            (await client.GetAlertsAsync(Ct)).Any(alert => alert.Name == "ValidationFailureRate" && alert.State == "firing"));

        Verification verification = await VerifyAsync(platform, prometheus);

        AssertOnlyFailed(verification, "alerts.quiet");
        Assert.Equal(
            "1 firing and 0 pending with rfc=\"060\", of 9 rules that carry it: ValidationFailureRate",
            Evidence(verification, "alerts.quiet"));
        Assert.True(
            await Polling.UntilAsync(async () => (await AlertsOfAsync(alertmanager)).Contains("ValidationFailureRate"), RuleTimeout, Ct));
    }

    [Fact]
    public async Task A_target_that_cannot_be_scraped_fails_with_the_scrape_error()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus =
            await PrometheusServer.StartAsync(
                $"127.0.0.1:{LoopbackPort.Free()}", PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

        Verification verification = await VerifyAsync(platform, prometheus);

        AssertOnlyFailed(verification, "prometheus.target", "prometheus.scrape");
        Assert.Contains("connection refused", Evidence(verification, "prometheus.target"), StringComparison.Ordinal);
        Assert.Equal("no target was scraped, so what Prometheus holds is old", Evidence(verification, "prometheus.metrics"));
    }

    [Fact]
    public async Task Metrics_without_the_environment_label_fail()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("", Ct);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

        Verification verification = await VerifyAsync(platform, prometheus);

        AssertOnlyFailed(verification, "prometheus.environment-label");
        Assert.StartsWith("(none): 10 series; ", Evidence(verification, "prometheus.environment-label"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Prometheus_that_is_gone_is_an_error()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);
        await prometheus.DisposeAsync();

        Verification verification = await VerifyAsync(platform, prometheus);

        Assert.Equal(Verdict.Error, verification.Verdict);
        Assert.Contains("PrometheusUnreachable", Evidence(verification, "prometheus.target"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_is_wrong_is_refused_with_its_reason()
    {
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            "127.0.0.1:1", PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);
        using var client = PrometheusClient.Open(Settings(prometheus), ServiceAccess.Anonymous());

        Errors.DeployException fault = await Assert.ThrowsAsync<Errors.DeployException>(() => client.QueryAsync("up{", Ct));

        Assert.Equal("PrometheusQueryFailed", fault.Id);
        Assert.Contains("parse error", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await client.QueryAsync("scalar(vector(1))", Ct)).Single().Value);
    }

    private static async Task<Verification> VerifyAsync(PrometheusPlatform platform, PrometheusProgram prometheus)
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "/rsolv.yaml",
            Namespace = "rsolv-production",
            Deployment = "rsolv-platform",
            Environment = "production",
            Url = platform.Address,
            Prometheus = Settings(prometheus),
            Alerts = new AlertSettings("rfc_060*", 9, new Dictionary<string, string> { ["rfc"] = "060" }),
            Metrics = new MetricSettings { Families = ["rsolv_validation_*", "rsolv_mitigation_*"] },
        };
        using var verifier = MetricsVerifier.Connect(target, ServiceAccess.Anonymous(), TimeProvider.System);
        return await verifier.VerifyAsync(target, null, "20261124-080000-abcdef", SilentReporter.Instance, Ct);
    }

    private static PrometheusSettings Settings(PrometheusProgram prometheus) => new() { Job = "rsolv-platform", Url = prometheus.Address };

    private static async Task WaitForAsync(PrometheusProgram prometheus, Func<PrometheusClient, Task<bool>> condition)
    {
        using var client = PrometheusClient.Open(Settings(prometheus), ServiceAccess.Anonymous());
        Assert.True(
            await Polling.UntilAsync(() => condition(client), RuleTimeout, Ct), "Prometheus did not reach the state that the test needs.");
    }

    private static async Task<List<string>> AlertsOfAsync(PrometheusProgram alertmanager)
    {
        using var http = new HttpClient { BaseAddress = alertmanager.Address };
        using var alerts = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/v2/alerts", UriKind.Relative), Ct));
        return [.. alerts.RootElement.EnumerateArray().Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!)];
    }

    private static void AssertOnlyFailed(Verification verification, params string[] ids)
    {
        Assert.Equal(ids, verification.Checks.Where(check => check.Status == CheckStatus.Failed).Select(check => check.Id));
        Assert.Equal((Verdict.Failed, StepStatus.Failed), (verification.Verdict, verification.Status));
    }

    private static string Evidence(Verification verification, string id) => verification.Checks.Single(check => check.Id == id).Evidence;
}
