namespace RsolvDeploy.Monitoring;

/// <summary>How far one series rose since a baseline.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="Labels">The labels of the series, without its name.</param>
/// <param name="Rise">By how much it rose, over all resets.</param>
internal sealed record SeriesRise(string Metric, IReadOnlyDictionary<string, string> Labels, double Rise)
{
    /// <summary>How often it began anew, because its process restarted.</summary>
    public int Resets { get; init; }

    /// <summary>Whether the baseline does not hold it.</summary>
    public bool IsNew { get; init; }
}
