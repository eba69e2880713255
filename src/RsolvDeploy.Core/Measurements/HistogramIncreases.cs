using System.Globalization;

namespace RsolvDeploy.Measurements;

/// <summary>What a histogram counted in a window, and the observations that were alone between two scrapes.</summary>
/// <param name="Counts">The observations by bucket.</param>
/// <param name="Known">The values that are known, by bucket, in order.</param>
internal sealed record HistogramIncreases(BucketCounts Counts, IReadOnlyList<IReadOnlyList<double>> Known)
{
    /// <summary>Reads them from the cumulative counters.</summary>
    /// <param name="buckets">The counters with their label <c>le</c>.</param>
    /// <param name="sum">The sum of the observations; null when it is not exposed.</param>
    /// <param name="count">How many values there can be.</param>
    public static HistogramIncreases Read(IReadOnlyList<MeasuredSeries> buckets, MeasuredSeries? sum, int count)
    {
        var series = buckets
            .Select(one => (Bound: BoundOf(one), Series: one))
            .Where(one => !double.IsNaN(one.Bound))
            .DistinctBy(one => one.Bound)
            .OrderBy(one => one.Bound)
            .ToList();
        double[] bounds = [.. series.Select(one => one.Bound).Where(double.IsFinite)];
        var counts = new double[bounds.Length + 1];
        List<double>[] known = [.. counts.Select(_ => new List<double>())];
        if (series.Count != counts.Length) return Create();
        var last = -1;
        for (var index = 0; index < count; index++)
        {
            if (series.Exists(one => double.IsNaN(one.Series[index]))) continue;
            if (last >= 0) Add(index, last);
            last = index;
        }

        return Create();

        void Add(int now, int before)
        {
            var increase = new double[counts.Length];
            for (var bucket = 0; bucket < increase.Length; bucket++)
            {
                increase[bucket] = series[bucket].Series[now] - series[bucket].Series[before]
                    - (bucket > 0 ? series[bucket - 1].Series[now] - series[bucket - 1].Series[before] : 0);
                // A counter was reset, or a pod went: nothing of this step is certain.
                if (increase[bucket] < 0) return;
            }

            for (var bucket = 0; bucket < increase.Length; bucket++) counts[bucket] += increase[bucket];
            if (sum is null || increase.Sum() != 1) return;
            var (value, at) = (sum[now] - sum[before], Array.IndexOf(increase, 1.0));
            var isInside = (at == bounds.Length || value <= bounds[at] * (1 + 1e-9)) && (at == 0 || value >= bounds[at - 1]);
            if (isInside) known[at].Add(value);
        }

        HistogramIncreases Create()
        {
            foreach (var values in known) values.Sort();
            return new HistogramIncreases(new BucketCounts(bounds, counts), known);
        }
    }

    private static double BoundOf(MeasuredSeries series) => series.Labels.GetValueOrDefault("le") switch
    {
        "+Inf" => double.PositiveInfinity,
        { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) => bound,
        _ => double.NaN,
    };
}
