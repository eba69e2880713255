using System.Globalization;

namespace RsolvDeploy.Measurements;

/// <summary>Chooses buckets that hold the quantiles tightly.</summary>
internal static class BucketProposal
{
    /// <summary>The quantiles that people look at.</summary>
    public static readonly IReadOnlyList<double> Quantiles = [0.5, 0.95, 0.99];

    // An estimate that is off by less is good enough, and so is one that other buckets hardly improve.
    private const double SmallError = 0.1;
    private const double WorthIt = 0.8;

    private static readonly double[] Others = [0.9, 0.75, 0.25, 0.999, 0.1];

    // Round numbers, at most an eighth apart, so that the estimate within a bucket is off by less.
    private static readonly double[] Steps =
    [
        1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.4, 2.6, 2.8, 3, 3.3, 3.6, 4, 4.4, 4.8, 5.2, 5.6, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10,
    ];

    /// <summary>The measurement of a histogram, with other buckets where they are better.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="counts">The observations by bucket.</param>
    /// <param name="reference">The finer view.</param>
    /// <param name="kept">Bounds that an alert compares with.</param>
    public static HistogramMeasurement Measure(
        string name, BucketCounts counts, HistogramReference reference, IReadOnlyList<double> kept)
    {
        var quantiles = Quantiles.Select(quantile => Describe(counts, reference, quantile)).ToList();
        var measured = new HistogramMeasurement(name)
        {
            Bounds = [.. counts.Bounds],
            Quantiles = quantiles,
            Observations = (long)counts.Total,
            Known = reference.Known,
            Sparkline = Sparkline.From([.. counts.Counts.Select(count => (double?)count)]),
        };
        if (counts.Total <= 0)
            return measured with { Quantiles = [], Reason = "No data: nothing was observed in the window" };
        if (quantiles.Exists(one => one.Error is null))
            return measured with { Reason = "Too few observations were alone between two scrapes, so that there is no finer reference" };
        var before = quantiles.Max(one => one.Error!.Value);
        if (before <= SmallError) return measured with { Reason = "The buckets fit" };
        var bounds = Choose(reference, kept, counts.Bounds.Count);
        if (bounds.Length == 0) return measured with { Reason = "No observation is above 0" };
        var after = reference.By(bounds);
        var better = quantiles.ConvertAll(one => one with { ProposedError = Error(after.Estimate(one.Quantile), one.Reference!.Value) });
        return better.Max(one => one.ProposedError!.Value) <= WorthIt * before
            ? measured with { ProposedBounds = bounds, Quantiles = better, Reason = "The proposed buckets hold the quantiles more tightly" }
            : measured with { Reason = "No other buckets of this number are much better" };
    }

    private static QuantileMeasurement Describe(BucketCounts counts, HistogramReference reference, double quantile)
    {
        var (bucket, estimate, exact) = (counts.BucketOf(quantile), counts.Estimate(quantile), reference.Quantile(quantile));
        return new QuantileMeasurement(quantile, estimate)
        {
            Lower = counts.Lower(bucket),
            Upper = bucket < counts.Bounds.Count ? counts.Bounds[bucket] : null,
            Reference = exact,
            Error = exact is { } value ? Error(estimate, value) : null,
        };
    }

    private static double Error(double estimate, double exact) => exact == 0 ? 0 : Math.Abs(estimate - exact) / Math.Abs(exact);

    // Tight around the quantiles and up to the largest value; then wider, as many as there were.
    private static double[] Choose(HistogramReference reference, IReadOnlyList<double> kept, int count)
    {
        var bounds = new SortedSet<double>(kept);
        foreach (var value in Quantiles.Select(reference.Quantile).OfType<double>().Where(value => value > 0))
        {
            bounds.Add(Below(value));
            bounds.Add(Above(value));
        }

        if (reference.Largest > 0) bounds.Add(Above(reference.Largest));
        foreach (var value in Others.Select(reference.Quantile).OfType<double>().Where(value => value > 0))
            if (bounds.Count < count) bounds.Add(Above(value));
        return [.. bounds];
    }

    private static double Above(double value) => Nice(value).First(bound => bound >= value * (1 - 1e-9));

    private static double Below(double value) => Nice(value).Last(bound => bound < value * (1 - 1e-9));

    // The round numbers of the decades around a value.
    private static IEnumerable<double> Nice(double value)
    {
        var scale = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { scale / 10, scale }.SelectMany(decade => Steps.Select(step => Rounded(step * decade)));
    }

    private static double Rounded(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
