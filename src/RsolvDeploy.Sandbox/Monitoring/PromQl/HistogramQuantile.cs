namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Estimates a quantile from cumulative buckets.</summary>
internal static class HistogramQuantile
{
    public static double Compute(double quantile, IReadOnlyList<(double Bound, double Count)> buckets)
    {
        if (buckets.Count < 2 || !double.IsPositiveInfinity(buckets[^1].Bound) || buckets[^1].Count == 0 || double.IsNaN(quantile))
            return double.NaN;
        if (quantile is < 0 or > 1)
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;

        double rank = quantile * buckets[^1].Count;
        int at = 0;
        while (at < buckets.Count - 1 && buckets[at].Count < rank)
            at++;
        if (at == buckets.Count - 1)
            return buckets[^2].Bound;
        double start = at == 0 ? 0 : buckets[at - 1].Bound;
        double below = at == 0 ? 0 : buckets[at - 1].Count;
        double inside = buckets[at].Count - below;
        return inside == 0 ? buckets[at].Bound : start + ((buckets[at].Bound - start) * ((rank - below) / inside));
    }
}
