namespace RsolvDeploy.Health;

/// <summary>Median, 95th percentile and maximum of measured times, by nearest rank.</summary>
internal sealed record ResponseTimes(TimeSpan Median, TimeSpan P95, TimeSpan Maximum, int Count)
{
    public static ResponseTimes From(IEnumerable<TimeSpan> times)
    {
        TimeSpan[] sorted = [.. times.Order()];
        return sorted.Length == 0
            ? new ResponseTimes(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, 0)
            : new ResponseTimes(Rank(sorted, 0.5), Rank(sorted, 0.95), sorted[^1], sorted.Length);
    }

    public override string ToString() =>
        $"median {Median.TotalMilliseconds:0} ms, p95 {P95.TotalMilliseconds:0} ms, max {Maximum.TotalMilliseconds:0} ms of {Count}";

    private static TimeSpan Rank(TimeSpan[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
