namespace RsolvDeploy.Smoke;

/// <summary>What a container used at a time.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="Value">Bytes of memory, or cores.</param>
internal readonly record struct UsageSample(DateTimeOffset At, double Value);

/// <summary>What a pod used over a time, oldest first.</summary>
/// <param name="Pod">The pod; the labels of the series, where a configured query gives no pod.</param>
/// <param name="Samples">The samples.</param>
internal sealed record UsageSeries(string Pod, IReadOnlyList<UsageSample> Samples);

/// <summary>What all pods used.</summary>
/// <param name="Series">The series, by pod.</param>
/// <param name="Source">Where it was read, for the evidence.</param>
internal sealed record UsageHistory(IReadOnlyList<UsageSeries> Series, string Source)
{
    /// <summary>Whether every pod has enough samples for a trend.</summary>
    public bool IsEnoughFor(IReadOnlyList<SmokePod> pods) =>
        Series.Count > 0
        && Series.All(series => series.Samples.Count >= Trend.LeastSamples)
        && pods.All(pod => Series.Any(series => series.Pod == pod.Name) || !Series.Any(series => pods.Any(one => one.Name == series.Pod)));
}
