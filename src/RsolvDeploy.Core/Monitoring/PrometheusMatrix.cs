namespace RsolvDeploy.Monitoring;

/// <summary>A sample of a series.</summary>
/// <param name="At">When it was scraped.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct PrometheusSample(DateTimeOffset At, double Value);

/// <summary>The samples of one series, oldest first.</summary>
internal sealed record PrometheusSamples(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<PrometheusSample> Samples)
{
    /// <summary>The name of the metric.</summary>
    public string Metric => Labels.GetValueOrDefault("__name__", "");
}

/// <summary>The result of a query over a range.</summary>
/// <param name="Series">The series.</param>
/// <param name="At">When it was evaluated, by Prometheus' own clock.</param>
internal sealed record PrometheusMatrix(IReadOnlyList<PrometheusSamples> Series, DateTimeOffset At);
