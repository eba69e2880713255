namespace RsolvDeploy.Checks;

/// <content>Test data.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition TestDataValidation =
        ForTestData("testdata.validation", "The platform accepts the validation data");
    public static readonly CheckDefinition TestDataMitigation =
        ForTestData("testdata.mitigation", "The platform accepts the mitigation data");
    public static readonly CheckDefinition MetricsValidation =
        ForTestData("metrics.validation", "The validation counter rose against the baseline");
    public static readonly CheckDefinition MetricsMitigation =
        ForTestData("metrics.mitigation", "The mitigation counter rose against the baseline");
    public static readonly CheckDefinition MetricsTrustScore = ForTestData("metrics.trust-score", "The trust score rose by what was sent");
    public static readonly CheckDefinition MetricsLabels = ForTestData("metrics.labels", "The new series have their labels");
    public static readonly CheckDefinition MetricsDashboard = ForTestData("metrics.dashboard", "The panels show the new data");

    private static CheckDefinition[] TestData =>
    [
        TestDataValidation, TestDataMitigation, MetricsValidation, MetricsMitigation, MetricsTrustScore, MetricsLabels,
        MetricsDashboard,
    ];

    private static CheckDefinition ForTestData(string id, string title) =>
        new(id, "TestData", title, CheckSeverity.Required, "8. Test data");
}
