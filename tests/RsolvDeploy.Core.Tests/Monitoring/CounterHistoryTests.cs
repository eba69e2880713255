using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Monitoring;

/// <summary>The rise of counters over restarts, resets and series that come and go.</summary>
public sealed class CounterHistoryTests
{
    private const string Counter = "runs_total";

    private static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_counter_that_rises_rose_by_the_difference_to_the_baseline()
    {
        SeriesRise rise = Assert.Single(Rises([Known(12)], Series(Counter, "a", (-15, 12), (5, 12), (20, 13), (35, 15))));

        Assert.Equal((3, 0, false), (rise.Rise, rise.Resets, rise.IsNew));
    }

    [Fact]
    public void Samples_of_before_the_baseline_do_not_count() =>
        Assert.Equal(0, Assert.Single(Rises([Known(12)], Series(Counter, "a", (-30, 3), (-15, 12), (5, 12)))).Rise);

    [Fact]
    public void A_counter_that_falls_began_anew_at_zero()
    {
        SeriesRise rise = Assert.Single(Rises([Known(12)], Series(Counter, "a", (5, 13), (20, 1), (35, 2))));

        Assert.Equal((3, 1), (rise.Rise, rise.Resets));
    }

    [Fact]
    public void A_restart_is_found_by_the_start_of_the_process_where_the_value_does_not_show_it()
    {
        SeriesRise rise = Assert.Single(Rises(
            [Known(1)],
            Series(Counter, "a", (-15, 1), (35, 1)),
            Series(CounterHistory.StartTime, "a", (-15, Seconds(-3600)), (20, Seconds(10)), (35, Seconds(10)))));

        Assert.Equal((1, 1), (rise.Rise, rise.Resets));
    }

    [Fact]
    public void A_series_that_the_baseline_lacks_rose_by_its_whole_value()
    {
        SeriesRise rise = Assert.Single(Rises([Known(12)], Series(Counter, "a", [("repo", "new")], (5, 1), (20, 2))));

        Assert.Equal((2, true), (rise.Rise, rise.IsNew));
    }

    [Theory]
    [InlineData(-3600, 1)]      // it ran before, and was not scraped: what it had counted is no rise
    [InlineData(2, 41)]
    [InlineData(null, 41)]
    public void A_new_instance_counts_whole_when_its_process_started_after_the_baseline(int? started, double expected)
    {
        PrometheusSamples counter = Series(Counter, "b", (5, 40), (20, 41));
        IReadOnlyList<SeriesRise> rises = started is { } seconds
            ? Rises([Known(12)], counter, Series(CounterHistory.StartTime, "b", (5, Seconds(seconds)), (20, Seconds(seconds))))
            : Rises([Known(12)], counter);

        Assert.Equal(expected, Assert.Single(rises).Rise);
    }

    [Fact]
    public void An_instance_that_was_scraped_before_it_had_counted_anything_counts_whole()
    {
        var scraped = new CounterValue(
            CounterHistory.StartTime, new Dictionary<string, string> { ["instance"] = "b" }, Seconds(-3600), Start.AddSeconds(-15));

        Assert.Equal(2, Assert.Single(Rises(
            [scraped], Series(Counter, "b", (5, 1), (20, 2)), Series(CounterHistory.StartTime, "b", (5, Seconds(-3600))))).Rise);
    }

    [Fact]
    public void A_series_of_a_pod_that_is_gone_does_not_rise() =>
        Assert.Equal(0, Assert.Single(Rises([Known(12)], Series(Counter, "a", (-200, 11), (-15, 12)))).Rise);

    [Fact]
    public void Values_that_are_no_numbers_are_left_out() =>
        Assert.Equal(1, Assert.Single(Rises([Known(12)], Series(Counter, "a", (5, double.NaN), (20, 13)))).Rise);

    private static IReadOnlyList<SeriesRise> Rises(CounterValue[] known, params PrometheusSamples[] since) =>
        CounterHistory.RisesSince(new CounterBaseline(Start) { Series = known }, new PrometheusMatrix(since, Start.AddMinutes(1)));

    private static CounterValue Known(double value) =>
        new(Counter, new Dictionary<string, string> { ["instance"] = "a" }, value, Start.AddSeconds(-15));

    private static double Seconds(int after) => Start.AddSeconds(after).ToUnixTimeMilliseconds() / 1000.0;

    private static PrometheusSamples Series(string metric, string instance, params (int At, double Value)[] samples) =>
        Series(metric, instance, [], samples);

    private static PrometheusSamples Series(
        string metric, string instance, (string Name, string Value)[] labels, params (int At, double Value)[] samples) =>
        new(
            labels.Append(("__name__", metric)).Append(("instance", instance)).ToDictionary(label => label.Item1, label => label.Item2),
            [.. samples.Select(sample => new PrometheusSample(Start.AddSeconds(sample.At), sample.Value))]);
}
