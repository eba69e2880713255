namespace RsolvDeploy.Measurements;

/// <summary>The observations of a histogram by its buckets.</summary>
/// <param name="Bounds">The upper bounds in order, without infinity.</param>
/// <param name="Counts">The observations in each bucket; one more, for those above the last bound.</param>
internal sealed record BucketCounts(IReadOnlyList<double> Bounds, IReadOnlyList<double> Counts)
{
    /// <summary>All observations.</summary>
    public double Total { get; } = Counts.Sum();

    /// <summary>The bucket that holds a quantile.</summary>
    public int BucketOf(double quantile)
    {
        var (rank, below) = (quantile * Total, 0.0);
        for (var index = 0; index < Counts.Count - 1; index++)
        {
            below += Counts[index];
            if (below >= rank && below > 0) return index;
        }

        return Counts.Count - 1;
    }

    /// <summary>The lower bound of a bucket.</summary>
    public double Lower(int bucket) => bucket > 0 ? Bounds[bucket - 1] : Bounds.Count > 0 && Bounds[0] <= 0 ? double.NegativeInfinity : 0;

    /// <summary>What <c>histogram_quantile</c> returns.</summary>
    public double Estimate(double quantile)
    {
        if (Total <= 0 || Bounds.Count == 0) return double.NaN;
        var bucket = BucketOf(quantile);
        if (bucket == Bounds.Count) return Bounds[^1];
        if (bucket == 0 && Bounds[0] <= 0) return Bounds[0];
        var rank = (quantile * Total) - Counts.Take(bucket).Sum();
        var share = Counts[bucket] > 0 ? rank / Counts[bucket] : 1;
        return Lower(bucket) + ((Bounds[bucket] - Lower(bucket)) * share);
    }
}
