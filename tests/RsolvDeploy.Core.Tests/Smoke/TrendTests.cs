using RsolvDeploy.Smoke;
using static RsolvDeploy.Core.Tests.Smoke.UsageSamples;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>The line through samples, and how sure its slope is.</summary>
public class TrendTests
{
    /// <summary>By the textbook: slope 0.13181, standard error 0.0026530, Student's t of 4 degrees of freedom 2.776.</summary>
    [Fact]
    public void The_line_and_its_interval_are_those_of_least_squares()
    {
        Trend trend = Trend.From(Series([2.1, 3.9, 6.2, 7.8, 10.1, 11.9]).Samples)!;

        Assert.Equal(0.13181, trend.Slope, 0.00001);
        Assert.Equal(2.05714, trend.Start, 0.00001);
        Assert.Equal(0.124445, trend.Low, 0.00001);
        Assert.Equal(0.139174, trend.High, 0.00001);
        Assert.Equal(TimeSpan.FromSeconds(75), trend.Length);
    }

    [Fact]
    public void A_ramp_without_noise_has_no_width()
    {
        Trend trend = Trend.From(Series(Enumerable.Range(0, 10).Select(index => 100.0 + index)).Samples)!;

        Assert.Equal(1 / 15.0, trend.Slope, 1e-9);
        Assert.Equal(trend.Slope, trend.Low, 1e-6);
        Assert.True(trend.IsRising);
        Assert.Equal(9, trend.Growth, 1e-6);
    }

    [Fact]
    public void Noise_does_not_rise_in_more_than_a_fiftieth_of_all_series()
    {
        // With 95 % confidence on both sides, 2.5 % of series without a slope seem to rise.
        int rising = Enumerable.Range(0, 400).Count(seed => Trend.From(Series(Noise(40, seed)).Samples)!.IsRising);

        Assert.InRange(rising, 0, 20);
    }

    [Fact]
    public void A_random_walk_is_no_steady_growth_as_often_as_plain_least_squares_takes_it_for_one()
    {
        // Each step is independent, so that neighbours are alike and half of all walks end above their start.
        int rising = Enumerable.Range(0, 400).Count(seed =>
        {
            double sum = 0;
            return Trend.From(Series(Noise(40, seed).Select(step => sum += step)).Samples)!.IsRising;
        });

        Assert.InRange(rising, 0, 80);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Too_few_samples_have_no_trend(int count) => Assert.Null(Trend.From(Series(Noise(count)).Samples));

    [Fact]
    public void Samples_of_one_time_have_no_trend() => Assert.Null(Trend.From(Series(Noise(6), every: 0).Samples));
}
