using RsolvDeploy.Measurements;

namespace RsolvDeploy.Core.Tests.Measurements;

/// <summary>How far quantiles are off, held against the observations themselves.</summary>
public sealed class BucketTests
{
    private const int Seed = 20261128;

    private static readonly double[] Coarse = [0.1, 1, 10, 100];

    [Fact]
    public void The_proposed_buckets_are_right_by_the_observations_themselves()
    {
        var random = new Random(Seed);
        // Most take some 3 s, some 14 s: both lie within one coarse bucket each.
        double[] observed = [.. Enumerable.Range(0, 2000).Select(index => index % 12 == 0 ? 12 + (random.NextDouble() * 4)
            : 2.5 + random.NextDouble())];
        var measured = Measure(observed, Coarse, alone: 0.5, random);

        Assert.Equal((2000, 3), (measured.Observations, measured.Quantiles.Count));
        Assert.InRange(measured.Known, 500, 1100);
        Assert.NotEmpty(measured.ProposedBounds);
        var sorted = observed.Order().ToArray();
        foreach (var quantile in measured.Quantiles)
        {
            var exact = sorted[(int)Math.Ceiling(quantile.Quantile * sorted.Length) - 1];
            Assert.True(
                Math.Abs(quantile.Reference!.Value - exact) / exact < 0.05,
                $"seed {Seed}: {quantile}, reference {quantile.Reference}, exact {exact}");
            var after = Math.Abs(Count(observed, measured.ProposedBounds).Estimate(quantile.Quantile) - exact) / exact;
            Assert.True(after < 0.15, $"seed {Seed}: {quantile} is off by {after:P0} with {string.Join(", ", measured.ProposedBounds)}");
            Assert.True(quantile.Lower < exact && exact <= (quantile.Upper ?? double.PositiveInfinity));
        }

        Assert.True(measured.Quantiles.Max(one => one.Error) > 0.5);
        Assert.True(measured.Quantiles.Max(one => one.ProposedError) < 0.15);
    }

    [Fact]
    public void The_estimate_is_that_of_Prometheus()
    {
        // promtool test rules: histogram_quantile(0.5, …) of these buckets is 0.55, of 0.99 it is the last bound.
        var counts = new BucketCounts([0.1, 1, 10], [10, 80, 5, 5]);
        Assert.Equal(0.55, counts.Estimate(0.5), 6);
        Assert.Equal(10, counts.Estimate(0.99));
        Assert.Equal(0.05, counts.Estimate(0.05), 6);
        Assert.Equal(double.NaN, new BucketCounts([1], [0, 0]).Estimate(0.5));
    }

    [Fact]
    public void A_bound_that_an_alert_compares_with_stays()
    {
        var random = new Random(Seed);
        double[] observed = [.. Enumerable.Range(0, 1000).Select(_ => 2.5 + random.NextDouble())];
        Assert.Contains(7.7, Measure(observed, Coarse, 1, random, [7.7]).ProposedBounds);
    }

    [Theory]
    [InlineData(0.0, "Too few observations were alone")]
    [InlineData(1.0, "The buckets fit")]
    public void Without_a_reference_or_with_good_buckets_none_are_proposed(double alone, string reason)
    {
        var random = new Random(Seed);
        double[] observed = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble())];
        var measured = Measure(observed, [.. Enumerable.Range(1, 20).Select(index => index / 20.0)], alone, random);
        Assert.Empty(measured.ProposedBounds);
        Assert.StartsWith(reason, measured.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_and_a_gap_count_nothing_that_was_not_observed()
    {
        // Two, a restart, then one; at the fourth time there is no value.
        var increases = HistogramIncreases.Read(
            [Counter("1", [5, 7, 1, null, 2]), Counter("+Inf", [6, 8, 1, null, 2])], Counter("", [50, 51, 0.3, null, 0.7]), 5);
        Assert.Equal([3.0, 0.0], increases.Counts.Counts);
        Assert.Equal(0.4, Assert.Single(increases.Known[0]), 6);
    }

    private static HistogramMeasurement Measure(
        double[] observed, double[] bounds, double alone, Random random, double[]? kept = null)
    {
        var steps = new List<List<double>> { new() };
        foreach (var value in observed)
        {
            // What is not alone comes together with the one before.
            if (random.NextDouble() < alone || steps[^1].Count is not (1 or 2)) steps.Add([value]);
            else steps[^1].Add(value);
            if (alone > 0 && steps[^1].Count == 2) steps.Add([]);
        }

        double[] all = [.. bounds, double.PositiveInfinity];
        var count = steps.Count;
        MeasuredSeries[] buckets =
        [
            .. all.Select(bound => Counter(
                double.IsInfinity(bound) ? "+Inf" : FormattableString.Invariant($"{bound}"),
                [.. Cumulative(steps, step => step.Count(value => value <= bound))])),
        ];
        var increases = HistogramIncreases.Read(buckets, Counter("", [.. Cumulative(steps, step => step.Sum())]), count);
        return BucketProposal.Measure("h", increases.Counts, new HistogramReference(increases.Counts, increases.Known), kept ?? []);
    }

    private static IEnumerable<double?> Cumulative(List<List<double>> steps, Func<List<double>, double> increase)
    {
        var sum = 0.0;
        foreach (var step in steps) yield return sum += increase(step);
    }

    private static BucketCounts Count(double[] observed, IReadOnlyList<double> bounds)
    {
        double[] below = [.. bounds.Select(bound => (double)observed.Count(value => value <= bound)), observed.Length];
        return new BucketCounts(bounds, [.. below.Select((sum, index) => sum - (index > 0 ? below[index - 1] : 0))]);
    }

    private static MeasuredSeries Counter(string le, double?[] values)
    {
        var series = new MeasuredSeries(new Dictionary<string, string> { ["le"] = le }, values.Length);
        for (var index = 0; index < values.Length; index++)
            if (values[index] is { } value) series[index] = value;
        return series;
    }
}
