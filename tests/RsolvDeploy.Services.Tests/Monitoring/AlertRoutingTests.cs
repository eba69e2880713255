using System.Globalization;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>Alerts as a real Prometheus fires them and a real Alertmanager routes them.</summary>
public sealed class AlertRoutingTests
{
    private const string Alert = "ValidationFailureRate";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_alert_fails_with_its_receiver_and_a_silence_makes_it_a_warning()
    {
        await using PrometheusProgram alertmanager = await AlertmanagerServer.StartAsync(Ct);
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await FiringAsync(platform, alertmanager, PrometheusRuleFile.Firing, inhibited: false);
        Target target = TargetOf(platform, prometheus, alertmanager);

        Check loud = (await PrometheusTargets.VerifyAsync(target, null, Ct)).Find("alerts.quiet");
        DateTimeOffset end = await AlertmanagerServer.SilenceAsync(alertmanager, Alert, Ct);
        await WaitAsync(alertmanager, alert => alert.SilencedBy.Count > 0);
        Verification silent = await PrometheusTargets.VerifyAsync(target, null, Ct);

        Assert.Equal(CheckStatus.Failed, loud.Status);
        Assert.Contains($"{Alert} (sent to rsolv-oncall)", loud.Evidence, StringComparison.Ordinal);
        Assert.Equal((Verdict.Passed, CheckStatus.Warning), (silent.Verdict, silent.Find("alerts.quiet").Status));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"silenced by alice until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC (load test)"),
            silent.Find("alerts.quiet").Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inhibited_alert_fails_and_names_what_inhibits_it()
    {
        await using PrometheusProgram alertmanager = await AlertmanagerServer.StartAsync(Ct);
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await FiringAsync(platform, alertmanager, PrometheusRuleFile.Firing, inhibited: true);
        await WaitAsync(alertmanager, alert => alert.InhibitedBy.Count > 0);

        Check quiet = (await PrometheusTargets.VerifyAsync(TargetOf(platform, prometheus, alertmanager), null, Ct)).Find("alerts.quiet");

        Assert.Equal(CheckStatus.Failed, quiet.Status);
        Assert.Contains($"{Alert} (inhibited by Other)", quiet.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_from_before_the_deployment_is_a_warning()
    {
        await using PrometheusProgram alertmanager = await AlertmanagerServer.StartAsync(Ct);
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await FiringAsync(platform, alertmanager, PrometheusRuleFile.Firing, inhibited: false);

        Verification verification = await PrometheusTargets.VerifyAsync(
            TargetOf(platform, prometheus, alertmanager), new Baseline { AlertsFiring = [Alert] }, Ct);

        Assert.Equal((Verdict.Passed, CheckStatus.Warning), (verification.Verdict, verification.Find("alerts.quiet").Status));
        Assert.Contains("already before the deployment", verification.Find("alerts.quiet").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Alertmanager_that_is_gone_is_a_warning_when_nothing_fires()
    {
        PrometheusProgram alertmanager = await AlertmanagerServer.StartAsync(Ct);
        await alertmanager.DisposeAsync();
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

        Check quiet = (await PrometheusTargets.VerifyAsync(TargetOf(platform, prometheus, alertmanager), null, Ct)).Find("alerts.quiet");

        Assert.Equal(CheckStatus.Warning, quiet.Status);
        Assert.Contains("silences are not known: Alertmanager at", quiet.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0.04, false)]
    [InlineData(6, 0.06, true)]
    public async Task An_error_rate_is_measured_to_a_percent(double failed, double expected, bool isAbove)
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        platform.PerScrape = (100, failed);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);
        var trigger = Trigger();
        await PrometheusTargets.WaitForAsync(
            prometheus, async client => await ErrorRateReader.ReadAsync(client, trigger, Ct) is not null, Ct);

        using var client = PrometheusClient.Open(
            new PrometheusSettings { Job = "rsolv-platform", Url = prometheus.Address }, ServiceAccess.Anonymous());
        double rate = (await ErrorRateReader.ReadAsync(client, trigger, Ct))!.Value;

        Assert.Equal(expected, rate, precision: 6);
        Assert.Equal(isAbove, rate > trigger.Above);
    }

    [Fact]
    public async Task No_traffic_is_no_error_rate()
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);
        await PrometheusTargets.WaitForAsync(
            prometheus, async client => (await client.QueryAsync("sum(rate(http_requests_total[10s])) == 0", Ct)).Count == 1, Ct);

        using var client = PrometheusClient.Open(
            new PrometheusSettings { Job = "rsolv-platform", Url = prometheus.Address }, ServiceAccess.Anonymous());

        Assert.Null(await ErrorRateReader.ReadAsync(client, Trigger(), Ct));
    }

    private static ErrorRateTrigger Trigger() => new(
        "sum(rate(http_requests_total{status=~\"5..\"}[10s])) / sum(rate(http_requests_total[10s]))", 0.05);

    private static Target TargetOf(PrometheusPlatform platform, PrometheusProgram prometheus, PrometheusProgram alertmanager) =>
        PrometheusTargets.Create(platform.Address, prometheus.Address) with
        {
            Alertmanager = new AlertmanagerSettings { Url = alertmanager.Address },
        };

    /// <summary>Starts a Prometheus and waits until Alertmanager has its alert.</summary>
    private static async Task<PrometheusProgram> FiringAsync(
        PrometheusPlatform platform, PrometheusProgram alertmanager, string expression, bool inhibited)
    {
        string rules = PrometheusRuleFile.With(expression);
        if (inhibited) rules = rules.Replace("severity: critical", "severity: critical, inhibit: 'yes'", StringComparison.Ordinal);
        PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            platform.Address.Authority, rules, alertmanager.Address, Ct);
        await WaitAsync(alertmanager, _ => true);
        return prometheus;
    }

    private static async Task WaitAsync(PrometheusProgram alertmanager, Func<AlertmanagerAlert, bool> condition)
    {
        using var client = AlertmanagerClient.Open(
            new AlertmanagerSettings { Url = alertmanager.Address }, ServiceAccess.Anonymous(), TimeProvider.System);
        Assert.True(
            await Polling.UntilAsync(
                async () => (await client.ReadAsync(Ct)).Alerts.Any(alert => alert.Name == Alert && condition(alert)),
                TimeSpan.FromSeconds(60),
                Ct),
            "Alertmanager did not reach the state that the test needs.");
    }
}
