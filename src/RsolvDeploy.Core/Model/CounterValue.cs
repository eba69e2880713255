namespace RsolvDeploy;

/// <summary>The value of one counter series at one time.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="Labels">The labels of the series, without its name.</param>
/// <param name="Value">The value.</param>
/// <param name="At">When it was scraped, by the clock of Prometheus.</param>
public sealed record CounterValue(string Metric, IReadOnlyDictionary<string, string> Labels, double Value, DateTimeOffset At);
