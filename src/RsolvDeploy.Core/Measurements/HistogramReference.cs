namespace RsolvDeploy.Measurements;

/// <summary>
/// A finer view of a histogram than its buckets: the values of the observations that were alone between two scrapes stand for all of their
/// bucket.
/// </summary>
/// <param name="counts">The observations by bucket.</param>
/// <param name="known">The values that are known, by bucket, in order.</param>
internal sealed class HistogramReference(BucketCounts counts, IReadOnlyList<IReadOnlyList<double>> known)
{
    /// <summary>The fewest known values in the bucket of a quantile.</summary>
    public const int Fewest = 10;

    /// <summary>How many values are known.</summary>
    public int Known { get; } = known.Sum(values => values.Count);

    /// <summary>The largest value that is known.</summary>
    public double Largest => known.SelectMany(values => values).DefaultIfEmpty(double.NaN).Max();

    /// <summary>A quantile; null when too few values of its bucket are known.</summary>
    public double? Quantile(double quantile)
    {
        var bucket = counts.BucketOf(quantile);
        var values = known[bucket];
        if (values.Count < Fewest) return null;
        var share = ((quantile * counts.Total) - counts.Counts.Take(bucket).Sum()) / Math.Max(1, counts.Counts[bucket]);
        return values[Math.Clamp((int)Math.Ceiling(share * values.Count) - 1, 0, values.Count - 1)];
    }

    /// <summary>The observations by other buckets.</summary>
    public BucketCounts By(IReadOnlyList<double> bounds)
    {
        var cumulative = bounds.Select(Below).ToList();
        return new BucketCounts(
            bounds,
            [.. cumulative.Select((below, index) => below - (index > 0 ? cumulative[index - 1] : 0)), counts.Total - cumulative[^1]]);
    }

    // How many observations are at most this; within a bucket without known values they are spread evenly.
    private double Below(double bound)
    {
        var sum = 0.0;
        for (var bucket = 0; bucket < counts.Counts.Count; bucket++)
        {
            var (values, lower) = (known[bucket], Math.Max(0, counts.Lower(bucket)));
            var upper = bucket < counts.Bounds.Count ? counts.Bounds[bucket] : Math.Max(lower, Largest);
            var share = values.Count > 0 ? (double)values.Count(value => value <= bound) / values.Count
                : upper <= lower ? (bound >= upper ? 1 : 0)
                : Math.Clamp((bound - lower) / (upper - lower), 0, 1);
            sum += counts.Counts[bucket] * share;
        }

        return sum;
    }
}
