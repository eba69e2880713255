namespace RsolvDeploy.Checks;

/// <content>Test data.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition TestDataValidation =
        OfTestData("testdata.validation", "The platform accepts the validation data");
    public static readonly CheckDefinition TestDataMitigation =
        OfTestData("testdata.mitigation", "The platform accepts the mitigation data");
    public static readonly CheckDefinition MetricsValidation =
        OfTestData("metrics.validation", "The validation counter rose against the baseline");
    public static readonly CheckDefinition MetricsMitigation =
        OfTestData("metrics.mitigation", "The mitigation counter rose against the baseline");
    public static readonly CheckDefinition MetricsTrustScore = OfTestData("metrics.trust-score", "The trust score rose by what was sent");
    public static readonly CheckDefinition MetricsLabels = OfTestData("metrics.labels", "The new series have their labels");
    public static readonly CheckDefinition MetricsDashboard = OfTestData("metrics.dashboard", "The panels show the new data");

    private static CheckDefinition[] TestData =>
    [
        TestDataValidation, TestDataMitigation, MetricsValidation, MetricsMitigation, MetricsTrustScore, MetricsLabels,
        MetricsDashboard,
    ];

    private static CheckDefinition OfTestData(string id, string title) =>
        new(id, "TestData", title, CheckSeverity.Required, "8. Test data");
}
