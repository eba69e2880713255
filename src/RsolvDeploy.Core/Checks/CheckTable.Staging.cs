namespace RsolvDeploy.Checks;

/// <content>Readiness and staging validation.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition StagingDecision =
        OfStaging("staging.decision", "Staging was validated, or skipped for a recorded reason");
    public static readonly CheckDefinition StagingWorkflowFile =
        OfStaging("staging.workflow.file", "The workflow file exists in the test repository");
    public static readonly CheckDefinition StagingSecretSet = OfStaging("staging.secret.set", "The repository secret is set");
    public static readonly CheckDefinition StagingWorkflowDispatched =
        OfStaging("staging.workflow.dispatched", "The workflow run was dispatched and found");
    public static readonly CheckDefinition StagingWorkflowCompleted =
        OfStaging("staging.workflow.completed", "The workflow run concluded successfully");
    public static readonly CheckDefinition StagingScan = OfStaging("staging.scan", "The scan phase ran");
    public static readonly CheckDefinition StagingValidate = OfStaging("staging.validate", "The validation phase ran");
    public static readonly CheckDefinition StagingTestsGenerated =
        OfStaging("staging.tests.generated", "The validation branch holds generated tests");
    public static readonly CheckDefinition StagingTestsExecuted = OfStaging("staging.tests.executed", "The generated tests were executed");
    public static readonly CheckDefinition StagingMitigate = OfStaging("staging.mitigate", "The mitigation phase ran");
    public static readonly CheckDefinition StagingPullRequest =
        OfStaging("staging.pull-request", "A pull request was opened for a trusted mitigation");
    public static readonly CheckDefinition StagingMetricsValidation =
        OfStaging("staging.metrics.validation", "The validation counter of staging rose");
    public static readonly CheckDefinition StagingMetricsMitigation =
        OfStaging("staging.metrics.mitigation", "The mitigation counter of staging rose");
    public static readonly CheckDefinition StagingMetricsTrustScore =
        OfStaging("staging.metrics.trust-score", "The trust score of staging rose");
    public static readonly CheckDefinition StagingDashboard = OfStaging("staging.dashboard", "The dashboard shows data of staging");

    private static CheckDefinition[] Staging =>
    [
        StagingDecision, StagingWorkflowFile, StagingSecretSet, StagingWorkflowDispatched, StagingWorkflowCompleted, StagingScan,
        StagingValidate, StagingTestsGenerated, StagingTestsExecuted, StagingMitigate, StagingPullRequest, StagingMetricsValidation,
        StagingMetricsMitigation, StagingMetricsTrustScore, StagingDashboard,
    ];

    private static CheckDefinition OfStaging(string id, string title) =>
        new(id, "Staging", title, CheckSeverity.Required, "0. Readiness and staging validation");
}
