
namespace RsolvDeploy.Reports;

/// <summary>The charts of a report, as SVG; an empty text where there is nothing to show.</summary>
/// <param name="Timeline">The steps, actual and estimated.</param>
/// <param name="Rollout">The pods during the rollout.</param>
/// <param name="Measurements">What was measured; one chart for each unit.</param>
internal sealed record ReportCharts(string Timeline, string Rollout, IReadOnlyList<string> Measurements)
{
    /// <summary>Draws the charts of a report.</summary>
    public static ReportCharts From(ReportData report) =>
        new(TimelineChart.Draw(report), RolloutChart.Draw(report), MeasurementChart.Draw(report));
}
