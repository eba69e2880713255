using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>The rise of counters, as a real Prometheus scrapes them.</summary>
public sealed class CounterRiseTests
{
    private const string Repository = "own/repo";
    private const string Own = "repo=\"own/repo\",language=\"javascript\",framework=\"express\",environment=\"production\"";
    private const string Other = "repo=\"other/repo\",language=\"elixir\",framework=\"phoenix\",environment=\"production\"";

    private static readonly string[] Ids = ["metrics.validation", "metrics.mitigation", "metrics.trust-score"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_counted_once_rose_by_what_was_sent_whatever_others_do()
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        platform.Count(Other, 40);
        await using PrometheusProgram prometheus = await StartAsync(platform);

        Verification verification = await VerifyAsync(platform, prometheus, () =>
        {
            platform.Count(Own);
            platform.Count(Other, 7);
        });

        Assert.All(Ids, id => Assert.Equal(CheckStatus.Passed, verification.Find(id).Status));
        Assert.Equal([1.0, 1.0, 95.0], Ids.Select(id => verification.Find(id).Actual));
        Assert.Equal((CheckStatus.Passed, 4L), (verification.Find("metrics.labels").Status, verification.Find("metrics.labels").Actual));
    }

    [Fact]
    public async Task What_is_counted_twice_fails()
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        await using PrometheusProgram prometheus = await StartAsync(platform);

        Verification verification = await VerifyAsync(platform, prometheus, () => platform.Count(Own, 2));

        Assert.All(Ids, id => Assert.Equal(CheckStatus.Failed, verification.Find(id).Status));
        Assert.EndsWith("more than was sent", verification.Find(Ids[0]).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_counted_fails_after_a_second_scrape()
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        platform.Count(Own, 3);
        await using PrometheusProgram prometheus = await StartAsync(platform);

        Verification verification = await VerifyAsync(platform, prometheus, () => { });

        Assert.All(
            Ids, id => Assert.Equal((CheckStatus.Failed, (object)0.0), (verification.Find(id).Status, verification.Find(id).Actual)));
        Assert.Equal(CheckStatus.Skipped, verification.Find("metrics.labels").Status);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5, false)]
    [InlineData(1, true)]       // the value is the same after the restart; only the start of the process shows it
    public async Task A_restart_takes_no_count_away(int before, bool reportsStart)
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        platform.ReportsStart = reportsStart;
        platform.Count(Own, before);
        await using PrometheusProgram prometheus = await StartAsync(platform);

        Verification verification = await VerifyAsync(platform, prometheus, () =>
        {
            platform.Restart();
            platform.Count(Own);
        });

        Assert.Equal([1.0, 1.0, 95.0], Ids.Select(id => verification.Find(id).Actual));
        Assert.Contains("over 1 reset", verification.Find(Ids[0]).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_the_new_series_lack_fails()
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        await using PrometheusProgram prometheus = await StartAsync(platform);

        Verification verification = await VerifyAsync(
            platform, prometheus, () => platform.Count("repo=\"own/repo\",language=\"elm\",environment=\"production\""));

        Assert.Equal(CheckStatus.Passed, verification.Find(Ids[0]).Status);
        Assert.Equal((CheckStatus.Failed, 2L), (verification.Find("metrics.labels").Status, verification.Find("metrics.labels").Actual));
        Assert.Contains(
            "has language=\"elm\", but \"javascript\" was sent", verification.Find("metrics.labels").Evidence, StringComparison.Ordinal);
        Assert.Contains("has no label framework", verification.Find("metrics.labels").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_is_gone_counts_neither_as_a_target_nor_as_a_rise()
    {
        await using CountingPlatform old = await CountingPlatform.StartAsync(Ct);
        old.Count(Own, 9);
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        platform.Count(Other);
        string scrapes = $"[{{ targets: ['{old.Address.Authority}'], labels: {{ pod: old-1 }} }}, "
            + $"{{ targets: ['{platform.Address.Authority}'], labels: {{ pod: new-1 }} }}]";
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            new PrometheusSetup(scrapes, PrometheusRuleFile.With(PrometheusRuleFile.Quiet)), Ct);
        var pods = new ReleasePods(new Dictionary<string, string?> { ["new-1"] = "127.0.0.1" });

        Verification verification = await VerifyAsync(
            platform,
            prometheus,
            () =>
            {
                old.Hangs = true;
                platform.Count(Own);
            },
            pods);

        Assert.Equal(CheckStatus.Passed, verification.Find("prometheus.target").Status);
        Assert.Contains("1 of other pods do not count", verification.Find("prometheus.target").Evidence, StringComparison.Ordinal);
        Assert.Equal(1.0, verification.Find(Ids[0]).Actual);
    }

    [Fact]
    public async Task A_platform_that_hangs_is_not_scraped_so_nothing_is_judged_by_old_values()
    {
        await using CountingPlatform platform = await CountingPlatform.StartAsync(Ct);
        platform.Count(Own);
        await using PrometheusProgram prometheus = await StartAsync(platform);

        Verification verification = await VerifyAsync(platform, prometheus, () => platform.Hangs = true);

        Assert.Equal(CheckStatus.Failed, verification.Find("prometheus.target").Status);
        Assert.Contains("context deadline exceeded", verification.Find("prometheus.target").Evidence, StringComparison.Ordinal);
        Assert.All(Ids.Append("prometheus.metrics"), id => Assert.Equal(CheckStatus.Skipped, verification.Find(id).Status));
    }

    private static Task<PrometheusProgram> StartAsync(CountingPlatform platform) =>
        PrometheusServer.StartAsync(platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

    private static async Task<Verification> VerifyAsync(
        CountingPlatform platform, PrometheusProgram prometheus, Action happens, ReleasePods? pods = null)
    {
        Target target = PrometheusTargets.Create(platform.Address, prometheus.Address);
        using var client = PrometheusClient.Open(target.Prometheus!, ServiceAccess.Anonymous());
        CounterBaseline before = await new RiseWatch(client, target, SilentReporter.Instance, TimeProvider.System)
            .RecordAsync(PrometheusTargets.Rises, Ct);
        happens();
        var sent = before with
        {
            Sent = 1,
            Labels = new Dictionary<string, string>
            {
                ["repo"] = Repository,
                ["language"] = "javascript",
                ["framework"] = "express",
                ["environment"] = "production",
            },
        };
        return await PrometheusTargets.VerifyAsync(target, new Baseline { Counters = sent }, Ct, pods: pods);
    }
}
