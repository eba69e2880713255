namespace RsolvDeploy;

/// <summary>What the metrics of some days show: the result of <c>Measure-RsolvMetrics</c>.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Status">How the measurement ended.</param>
/// <param name="Checks">The checks <c>measure.*</c>; all are advisory.</param>
public sealed record MetricsMeasurement(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The start of the window, UTC; null when nothing was measured.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the window, UTC; null when nothing was measured.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The alerting rules of the target: how often each would have fired.</summary>
    public IReadOnlyList<AlertMeasurement> Alerts { get; init => field = value.ToArray(); } = [];

    /// <summary>The histograms of the target: how far their quantiles are off.</summary>
    public IReadOnlyList<HistogramMeasurement> Histograms { get; init => field = value.ToArray(); } = [];

    /// <summary>The queries of the dashboard, slowest first.</summary>
    public IReadOnlyList<PanelMeasurement> Panels { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// The groups of rules with the proposed thresholds as PrometheusRule objects, YAML; empty when no threshold is proposed. The
    /// <c>spec</c> of each is a rules file of Prometheus.
    /// </summary>
    public string Patch { get; init; } = "";

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"Measurement of {Target.Name}: {Alerts.Count} alerts, {Histograms.Count} histograms, {Panels.Count} queries";
}
