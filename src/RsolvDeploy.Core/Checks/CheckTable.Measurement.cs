namespace RsolvDeploy.Checks;

/// <content>Measurements after the deployment.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition MeasureAlerts =
        ForMeasurement("measure.alerts", "The thresholds of the alerts fit what was measured") with { Unit = "proposed thresholds" };
    public static readonly CheckDefinition MeasureBuckets =
        ForMeasurement("measure.buckets", "The buckets of the histograms hold their quantiles") with { Unit = "proposed histograms" };
    public static readonly CheckDefinition MeasurePanels =
        ForMeasurement("measure.panels", "The queries of the dashboard are fast") with { Unit = "slow queries" };

    private static CheckDefinition[] Measurement => [MeasureAlerts, MeasureBuckets, MeasurePanels];

    private static CheckDefinition ForMeasurement(string id, string title) =>
        new(id, "Measure", title, CheckSeverity.Advisory, "11. After the deployment")
        {
            Step = StepKind.Measurement,
            OnError = CheckResult.Unmeasured,
        };
}
