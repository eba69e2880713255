using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;
using RsolvDeploy.Smoke;

namespace RsolvDeploy.Services.Tests.Smoke;

/// <summary>Memory, CPU and scrapes of pods, as a real Prometheus shows them.</summary>
public sealed class UsageTests
{
    private const double MegaByte = 1024 * 1024;

    private static readonly Target Target = new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "rsolv-production",
        Deployment = "web",
        Environment = "production",
        Smoke = new SmokeSettings { Settle = TimeSpan.Zero },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, CheckResult.Met)]
    [InlineData(4, CheckResult.NotMet)]
    internal async Task Memory_that_grows_with_every_scrape_fails_and_memory_that_stays_passes(double growth, CheckResult result)
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        int scrapes = 0;
        platform.Additional = () => Container("container_memory_working_set_bytes", (100 + (growth * scrapes++)) * MegaByte);
        await using PrometheusProgram prometheus = await StartAsync(platform);
        using var client = PrometheusClient.Open(Settings(prometheus), ServiceAccess.Anonymous());
        SmokePod[] pods = [new SmokePod("web-a", "web", DateTimeOffset.UtcNow)];
        Assert.True(await Polling.UntilAsync(
            async () => (await client.QueryAsync("container_memory_working_set_bytes", Ct)).Count > 0, TimeSpan.FromSeconds(60), Ct));

        UsageHistory usage = (await Read(client, pods).ReadAsync(UsageKind.Memory, Ct))!;
        CheckOutcome outcome = MemoryCheck.Judge(usage, pods, new SmokeMemorySettings());

        Assert.Equal(("web-a", "Prometheus"), (usage.Series.Single().Pod, usage.Source));
        Assert.True(outcome.Result == result, outcome.Evidence);
    }

    [Fact]
    public async Task Cpu_is_the_rate_of_the_counter_and_a_configured_query_replaces_it()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        DateTimeOffset start = DateTimeOffset.UtcNow;
        platform.Additional = () => "own_cores{pod=\"web-a\"} 0.25\n"
            + Container("container_cpu_usage_seconds_total", 0.5 * (DateTimeOffset.UtcNow - start).TotalSeconds);
        await using PrometheusProgram prometheus = await StartAsync(platform);
        using var client = PrometheusClient.Open(Settings(prometheus), ServiceAccess.Anonymous());
        SmokePod[] pods = [new SmokePod("web-a", "web", start)];
        Assert.True(await Polling.UntilAsync(
            async () => (await client.QueryAsync("rate(container_cpu_usage_seconds_total[1m])", Ct)).Count > 0,
            TimeSpan.FromSeconds(60),
            Ct));

        UsageHistory counted = (await Read(client, pods).ReadAsync(UsageKind.Cpu, Ct))!;
        Target own = Target with { Smoke = Target.Smoke with { Cpu = new SmokeCpuSettings { Query = "own_cores" } } };
        UsageHistory configured = (await new PrometheusUsage(client, own, pods, TimeProvider.System).ReadAsync(UsageKind.Cpu, Ct))!;

        Assert.Equal(0.5, counted.Series.Single().Samples[^1].Value, 0.05);
        Assert.All(configured.Series.Single().Samples, sample => Assert.Equal(0.25, sample.Value));
        Assert.Equal(CheckResult.NotMet, CpuCheck.Judge(counted, pods, new SmokeCpuSettings(), 0.1).Result);
        Assert.Equal(CheckResult.Met, CpuCheck.Judge(counted, pods, new SmokeCpuSettings(), 0.4).Result);
    }

    [Fact]
    public async Task A_Prometheus_without_the_metrics_of_the_kubelet_has_no_usage()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await StartAsync(platform);
        using var client = PrometheusClient.Open(Settings(prometheus), ServiceAccess.Anonymous());

        Assert.Null(await Read(client, [new SmokePod("web-a", "web", DateTimeOffset.UtcNow)]).ReadAsync(UsageKind.Memory, Ct));
    }

    [Fact]
    public async Task Scrapes_that_failed_since_the_deployment_are_counted()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await StartAsync(platform);
        using var client = PrometheusClient.Open(Settings(prometheus), ServiceAccess.Anonymous());

        CheckOutcome whole = await GapsAsync(client, prometheus);
        platform.IsBroken = true;
        Assert.True(await Polling.UntilAsync(
            async () => (await client.QueryAsync("count_over_time((up == 0)[1m:1s]) >= 2", Ct)).Count > 0, TimeSpan.FromSeconds(60), Ct));
        platform.IsBroken = false;
        CheckOutcome broken = await GapsAsync(client, prometheus);

        Assert.True(whole.Result == CheckResult.Met, whole.Evidence);
        Assert.Equal(CheckResult.NotMet, broken.Result);
        Assert.InRange(Convert.ToInt64(broken.Actual, CultureInfo.InvariantCulture), 1, 60);
        Assert.Contains(" failed", broken.Evidence, StringComparison.Ordinal);
    }

    private static async Task<CheckOutcome> GapsAsync(PrometheusClient client, PrometheusProgram prometheus)
    {
        PrometheusSettings settings = Settings(prometheus);
        ScrapeState state = await new ScrapeWatcher(client, Target, settings, SilentReporter.Instance, TimeProvider.System).WaitAsync(Ct);
        return await ScrapeGaps.EvaluateAsync(client, state, settings, TimeSpan.FromMinutes(2), Ct);
    }

    private static PrometheusUsage Read(PrometheusClient client, SmokePod[] pods) => new(client, Target, pods, TimeProvider.System);

    private static string Container(string metric, double value) => string.Create(
        CultureInfo.InvariantCulture, $"{metric}{{namespace=\"rsolv-production\",pod=\"web-a\",container=\"web\"}} {value}\n");

    private static Task<PrometheusProgram> StartAsync(PrometheusPlatform platform) =>
        PrometheusServer.StartAsync(platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

    private static PrometheusSettings Settings(PrometheusProgram prometheus) => new() { Job = "rsolv-platform", Url = prometheus.Address };
}
