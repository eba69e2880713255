using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Smoke;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>Missing and failed scrapes.</summary>
public class ScrapeGapsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Scrapes_at_every_interval_pass_though_one_is_late()
    {
        CheckOutcome outcome = Judge([0, 15, 31, 45, 61.5, 75], 80);

        Assert.Equal(
            (CheckResult.Met, 0L, "6 scrapes of 1 targets in 80 s, 0 missing, 0 failed"),
            (outcome.Result, outcome.Actual, outcome.Evidence));
    }

    [Fact]
    public void Missing_scrapes_are_counted_between_samples_and_after_the_last()
    {
        CheckOutcome between = Judge([0, 15, 60, 75], 80);
        CheckOutcome after = Judge([0, 15, 30], 80);

        Assert.Equal((CheckResult.NotMet, 2L), (between.Result, between.Actual));
        Assert.EndsWith("2 missing, 0 failed: web:4000 12:00:15 to 12:01:00 UTC", between.Evidence, StringComparison.Ordinal);
        Assert.Equal((CheckResult.NotMet, 2L), (after.Result, after.Actual));
    }

    [Fact]
    public void A_failed_scrape_counts_as_well()
    {
        CheckOutcome outcome = Judge([0, 15, 30, 45], 50, value: index => index == 2 ? 0 : 1);

        Assert.Equal((CheckResult.NotMet, 1L), (outcome.Result, outcome.Actual));
    }

    [Fact]
    public void Scrapes_that_failed_before_the_pod_served_do_not_count_unless_it_never_did()
    {
        CheckOutcome started = Judge([0, 15, 30, 45], 50, value: index => index < 2 ? 0 : 1);

        Assert.Equal((CheckResult.Met, "2 scrapes of 1 targets in 50 s, 0 missing, 0 failed"), (started.Result, started.Evidence));
        Assert.Equal(2L, Judge([0, 15], 20, value: _ => 0).Actual);
    }

    [Fact]
    public void A_target_that_is_not_scraped_any_more_does_not_count() =>
        Assert.Equal(CheckResult.Inconclusive, Judge([0, 15], 80, instance: "gone:4000").Result);

    private static CheckOutcome Judge(double[] times, double now, string instance = "web:4000", Func<int, double>? value = null)
    {
        var target = new PrometheusTarget(
            "web", "web", "http://web:4000/metrics", new Dictionary<string, string> { ["instance"] = "web:4000" }, "up", "",
            Start, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10));
        var series = new PrometheusSamples(
            new Dictionary<string, string> { ["instance"] = instance },
            [.. times.Select((time, index) => new PrometheusSample(Start.AddSeconds(time), value?.Invoke(index) ?? 1))]);
        return ScrapeGaps.Judge(
            new ScrapeState([target], [target], Start, true),
            new PrometheusMatrix([series], Start.AddSeconds(now)),
            TimeSpan.FromSeconds(now));
    }
}
