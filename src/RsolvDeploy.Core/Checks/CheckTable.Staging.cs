namespace RsolvDeploy.Checks;

/// <content>Readiness and staging validation.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition StagingDecision =
        ForStaging("staging.decision", "Staging was validated, or skipped for a recorded reason");
    public static readonly CheckDefinition StagingWorkflowFile =
        ForStaging("staging.workflow.file", "The workflow file exists in the test repository");
    public static readonly CheckDefinition StagingSecretSet = ForStaging("staging.secret.set", "The repository secret is set");
    public static readonly CheckDefinition StagingWorkflowDispatched =
        ForStaging("staging.workflow.dispatched", "The workflow run was dispatched and found");
    public static readonly CheckDefinition StagingWorkflowCompleted =
        ForStaging("staging.workflow.completed", "The workflow run concluded successfully");
    public static readonly CheckDefinition StagingScan = ForStaging("staging.scan", "The scan phase ran");
    public static readonly CheckDefinition StagingValidate = ForStaging("staging.validate", "The validation phase ran");
    public static readonly CheckDefinition StagingTestsGenerated =
        ForStaging("staging.tests.generated", "The validation branch holds generated tests");
    public static readonly CheckDefinition StagingTestsExecuted = ForStaging("staging.tests.executed", "The generated tests were executed");
    public static readonly CheckDefinition StagingMitigate = ForStaging("staging.mitigate", "The mitigation phase ran");
    public static readonly CheckDefinition StagingPullRequest =
        ForStaging("staging.pull-request", "A pull request was opened for a trusted mitigation");
    public static readonly CheckDefinition StagingMetricsValidation =
        ForStaging("staging.metrics.validation", "The validation counter of staging rose");
    public static readonly CheckDefinition StagingMetricsMitigation =
        ForStaging("staging.metrics.mitigation", "The mitigation counter of staging rose");
    public static readonly CheckDefinition StagingMetricsTrustScore =
        ForStaging("staging.metrics.trust-score", "The trust score of staging rose");
    public static readonly CheckDefinition StagingDashboard =
        ForStaging("staging.dashboard", "The dashboard shows data of staging") with { Unit = "panels" };

    public static readonly CheckDefinition StagingAttestation =
        ForStaging("staging.attestation", "The validation is attested in the registry") with { IsConditional = true };

    private static CheckDefinition[] Staging =>
    [
        StagingDecision, StagingWorkflowFile, StagingSecretSet, StagingWorkflowDispatched, StagingWorkflowCompleted, StagingScan,
        StagingValidate, StagingTestsGenerated, StagingTestsExecuted, StagingMitigate, StagingPullRequest, StagingMetricsValidation,
        StagingMetricsMitigation, StagingMetricsTrustScore, StagingDashboard, StagingAttestation,
    ];

    private static CheckDefinition ForStaging(string id, string title) =>
        new(id, "Staging", title, CheckSeverity.Required, "0. Readiness and staging validation") { Step = StepKind.Staging };
}
