using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>The verification against a real VictoriaMetrics, which speaks Prometheus' API with its own accent.</summary>
public sealed class VictoriaMetricsTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_platform_that_is_scraped_and_quiet_passes()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), Ct);
        // The server hides the last 30 seconds unless it is told otherwise, so this ends far earlier only with the argument of a query.
        await WaitForAsync(server, async client =>
            (await client.QueryAsync("up", Ct)).Count > 0 && (await client.GetAlertRulesAsync(Ct)).Rules.All(rule => rule.WasEvaluated));

        Verification verification = await VerifyAsync(platform, server);

        Assert.All(verification.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
        Assert.Equal((Verdict.Passed, 10), (verification.Verdict, verification.Checks.Count));
    }

    [Fact]
    public async Task A_firing_rule_and_the_last_seconds_are_read()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Firing), Ct);
        await WaitForAsync(server, async client =>
            (await client.GetAlertsAsync(Ct)).Any(alert => alert.Name == "ValidationFailureRate" && alert.State == "firing"));

        Verification verification = await VerifyAsync(platform, server);

        Assert.Equal(
            ["alerts.quiet"], verification.Checks.Where(check => check.Status == CheckStatus.Failed).Select(check => check.Id));
    }

    [Fact]
    public async Task Without_vmalert_the_rules_that_are_missing_name_it()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(platform.Address.Authority, null, Ct);

        Verification verification = await VerifyAsync(platform, server);

        Check loaded = verification.Checks.Single(check => check.Id == "alerts.loaded");
        Assert.Equal(CheckStatus.Failed, loaded.Status);
        Assert.Contains("-vmalert.proxyURL", loaded.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_is_wrong_is_refused_with_its_reason()
    {
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync("127.0.0.1:1", null, Ct);
        using var client = PrometheusClient.Open(Settings(server), ServiceAccess.Anonymous());

        Errors.DeployException fault = await Assert.ThrowsAsync<Errors.DeployException>(() => client.QueryAsync("up{", Ct));

        Assert.Equal("PrometheusQueryFailed", fault.Id);
        Assert.Contains("unexpected token", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await client.QueryAsync("scalar(vector(1))", Ct)).Single().Value);
    }

    private static async Task<Verification> VerifyAsync(PrometheusPlatform platform, VictoriaMetricsServer server)
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "/rsolv.yaml",
            Namespace = "rsolv-production",
            Deployment = "rsolv-platform",
            Environment = "production",
            Url = platform.Address,
            Prometheus = Settings(server),
            Alerts = new AlertSettings("rfc_060*", 9, new Dictionary<string, string> { ["rfc"] = "060" }),
            Metrics = new MetricSettings { Families = ["rsolv_validation_*", "rsolv_mitigation_*"] },
        };
        using var verifier = MetricsVerifier.Connect(target, ServiceAccess.Anonymous(), TimeProvider.System);
        return await verifier.VerifyAsync(target, null, "20261124-080000-abcdef", SilentReporter.Instance, Ct);
    }

    private static PrometheusSettings Settings(VictoriaMetricsServer server) => new() { Job = "rsolv-platform", Url = server.Address };

    private static async Task WaitForAsync(VictoriaMetricsServer server, Func<PrometheusClient, Task<bool>> condition)
    {
        using var client = PrometheusClient.Open(Settings(server), ServiceAccess.Anonymous());
        Assert.True(
            await Polling.UntilAsync(() => condition(client), Timeout, Ct),
            "VictoriaMetrics did not reach the state that the test needs.");
    }
}
