namespace RsolvDeploy.Checks;

/// <content>Test data.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition TestDataValidation =
        ForTestData("testdata.validation", "The platform accepts the validation data") with { Step = StepKind.TestData };
    public static readonly CheckDefinition TestDataMitigation =
        ForTestData("testdata.mitigation", "The platform accepts the mitigation data") with { Step = StepKind.TestData };
    public static readonly CheckDefinition MetricsValidation =
        ForRise("metrics.validation", "The validation counter rose against the baseline");
    public static readonly CheckDefinition MetricsMitigation =
        ForRise("metrics.mitigation", "The mitigation counter rose against the baseline");
    public static readonly CheckDefinition MetricsTrustScore = ForRise("metrics.trust-score", "The trust score rose by what was sent");
    public static readonly CheckDefinition MetricsRise = ForRise("metrics.<id>", "A counter rose against the baseline");
    public static readonly CheckDefinition MetricsLabels =
        ForRise("metrics.labels", "The new series have their labels") with { Unit = "labels" };
    public static readonly CheckDefinition MetricsDashboard =
        ForRise("metrics.dashboard", "The panels show the new data") with { Unit = "panels" };

    private static CheckDefinition[] TestData =>
    [
        TestDataValidation, TestDataMitigation, MetricsValidation, MetricsMitigation, MetricsTrustScore, MetricsRise, MetricsLabels,
        MetricsDashboard,
    ];

    /// <summary>The definition of a configured rise.</summary>
    public static CheckDefinition For(MetricRise rise) =>
        ((CheckDefinition[])[MetricsValidation, MetricsMitigation, MetricsTrustScore])
            .FirstOrDefault(definition => definition.Id == MetricsRise.For(rise.Id, "").Id)
        ?? MetricsRise.For(rise.Id, $"{rise.Metric} rose against the baseline");

    private static CheckDefinition ForRise(string id, string title) => ForTestData(id, title) with
    {
        Step = StepKind.Verification,
        Unit = "rise",
        IsConditional = true,
        OnError = CheckResult.Unmeasured,
    };

    private static CheckDefinition ForTestData(string id, string title) =>
        new(id, "TestData", title, CheckSeverity.Required, "8. Test data");
}
