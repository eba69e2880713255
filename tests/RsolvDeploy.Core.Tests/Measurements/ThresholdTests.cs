using System.Globalization;
using RsolvDeploy.Measurements;

namespace RsolvDeploy.Core.Tests.Measurements;

/// <summary>How often an alert would have fired, and which threshold is proposed.</summary>
public sealed class ThresholdTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("a > 5", "a", ">", 5, "a > 7")]
    [InlineData("sum(rate(a{b=\"> 3\"}[5m])) / b >= 0.05", "sum(rate(a{b=\"> 3\"}[5m])) / b", ">=", 0.05,
        "sum(rate(a{b=\"> 3\"}[5m])) / b >= 7")]
    [InlineData("5 < a", "a", ">", 5, "7 < a")]
    [InlineData("(a < 1e3)", "a", "<", 1000, "(a < 7)")]
    [InlineData("a > 24 * 3600 # a day", null, null, 0, null)]
    [InlineData("a > 24 * 3600", "a", ">", 86400, "a > 7")]
    [InlineData("a{c='x # y'} > -1", "a{c='x # y'}", ">", -1, "a{c='x # y'} > 7")]
    [InlineData("sum by (a) (b offset 5m) > 0 and c", null, null, 0, null)]
    [InlineData("a > 1 < 5", null, null, 0, null)]
    [InlineData("a == 0", null, null, 0, null)]
    [InlineData("a > bool 5", null, null, 0, null)]
    [InlineData("a > on (x) b", null, null, 0, null)]
    [InlineData("absent(a)", null, null, 0, null)]
    [InlineData("2 > 1", null, null, 0, null)]
    [InlineData("a{b=\"unclosed > 5", null, null, 0, null)]
    [InlineData("", null, null, 0, null)]
    public void An_expression_with_one_comparison_has_a_threshold(
        string expression, string? left, string? comparison, double threshold, string? changed)
    {
        var read = ThresholdExpression.Parse(expression);
        Assert.Equal(
            (left, comparison, threshold, changed), (read?.Left, read?.Operator, read?.Threshold ?? 0, read?.With(7)));
    }

    [Theory]
    [InlineData("1110111101111", 0, 0, 3)]
    [InlineData("1110111101111", 2, 0, 3)]
    [InlineData("1110111101111", 3, 0, 2)]      // three minutes are four evaluations
    [InlineData("1110111101111", 4, 0, 0)]
    [InlineData("1111001111000", 0, 1, 2)]      // resolved at the second evaluation without it
    [InlineData("1111011111000", 0, 1, 1)]      // fires on through one
    [InlineData("1111001111000", 0, 2, 1)]
    [InlineData("0000000000000", 0, 0, 0)]
    public void An_alert_fires_when_its_condition_held_for_long_enough(string held, int pending, int keeps, int expected)
    {
        var simulation = new FiringSimulation(Step, TimeSpan.FromMinutes(pending), TimeSpan.FromMinutes(keeps));
        Assert.Equal(expected, simulation.Count([Series(held.Select(one => one == '1' ? 1 : double.NaN))], value => value > 0));
    }

    [Fact]
    public void A_noisy_alert_gets_the_most_sensitive_threshold_that_fires_once_a_week()
    {
        var values = Enumerable.Range(0, 10_000).Select(index => index % 1000 == 500 ? 8.3 : index == 7 ? 20.0 : 1.0);
        var alert = Propose("queue > 5", values);
        Assert.Equal((11, 8.4, 1), (alert.Fired, Assert.IsType<double>(alert.Proposed), alert.ProposedFired));
        Assert.Equal([1.1, 8.4, 21, 31], alert.Thresholds.Select(one => one.Value).Order());
    }

    [Fact]
    public void A_threshold_far_from_everything_that_was_seen_comes_closer()
    {
        var high = Propose("seconds > 30", Enumerable.Range(0, 1000).Select(index => 1 + (index / 1000.0)));
        Assert.Equal((0, 3.0, 0), (high.Fired, Assert.IsType<double>(high.Proposed), high.ProposedFired));
        var low = Propose("score < 5", Enumerable.Range(0, 1000).Select(index => 60 + (index / 1000.0)));
        Assert.Equal((0, 39.0, 0), (low.Fired, Assert.IsType<double>(low.Proposed), low.ProposedFired));
        Assert.Null(Propose("seconds > 30", Enumerable.Repeat(1.0, 1000), isCovered: false).Proposed);
        Assert.Null(Propose("seconds > 30", Enumerable.Repeat(0.0, 1000)).Proposed);
        Assert.Null(Propose("seconds > 3", Enumerable.Repeat(2.0, 1000)).Proposed);
        Assert.StartsWith("No data", Propose("seconds > 3", Enumerable.Repeat(double.NaN, 1000)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_count_is_what_a_simulation_with_that_threshold_counts()
    {
        const int Seed = 20261128;
        var random = new Random(Seed);
        for (var round = 0; round < 50; round++)
        {
            var values = Enumerable.Range(0, 2000).Select(_ => random.NextDouble() < 0.1 ? double.NaN : random.NextDouble() * 10).ToList();
            var expression = string.Create(
                CultureInfo.InvariantCulture, $"a {(round % 2 == 0 ? ">" : "<=")} {Math.Round(random.NextDouble() * 10, 2)}");
            var alert = Propose(expression, values);
            foreach (var threshold in alert.Thresholds.Append(new AlertThreshold(alert.Threshold!.Value, alert.Fired)))
            {
                var held = values.Select(value => round % 2 == 0 ? value > threshold.Value : value <= threshold.Value).ToList();
                var starts = held.Where((now, index) => now && (index == 0 || !held[index - 1])).Count();
                Assert.True(starts == threshold.Fired, $"seed {Seed}, round {round}: {threshold} instead of {starts}");
            }
        }
    }

    [Fact]
    public void A_sparkline_shows_the_largest_values_and_gaps()
    {
        Assert.Equal("▁█ ▅", Sparkline.From([0, 10, null, 5]));
        Assert.Equal("", Sparkline.From([null]));
        var line = Sparkline.From([Series(Enumerable.Range(0, 2400).Select(index => index < 1200 ? double.NaN : index))], 2400);
        Assert.Equal(Sparkline.Width, line.Length);
        Assert.Equal((new string(' ', 12), '█'), (line[..12], line[^1]));
    }

    private static AlertMeasurement Propose(string expression, IEnumerable<double> values, bool isCovered = true) =>
        new ThresholdProposal(
            ThresholdExpression.Parse(expression)!, [Series(values)], new FiringSimulation(Step, TimeSpan.Zero, TimeSpan.Zero))
            .Apply(new AlertMeasurement("A", "g", expression), 1, isCovered);

    private static MeasuredSeries Series(IEnumerable<double> values)
    {
        var all = values.ToList();
        var series = new MeasuredSeries(new Dictionary<string, string>(), all.Count);
        for (var index = 0; index < all.Count; index++)
            if (!double.IsNaN(all[index])) series[index] = all[index];
        return series;
    }
}
