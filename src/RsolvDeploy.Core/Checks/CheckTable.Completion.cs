namespace RsolvDeploy.Checks;

/// <content>Success criteria, approvals and the record of a run.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition SuccessPods = ForSuccess("success.pods", "The pods of the release are healthy");
    public static readonly CheckDefinition SuccessLogs = ForSuccess("success.logs", "The logs of the release show no error pattern");
    public static readonly CheckDefinition SuccessHealth = ForSuccess("success.health", "The health endpoint reports healthy");
    public static readonly CheckDefinition SuccessMetrics = ForSuccess("success.metrics", "The metrics endpoint is well-formed");
    public static readonly CheckDefinition SuccessMetricsDefined =
        ForSuccess("success.metrics-defined", "The metrics of the release are defined");
    public static readonly CheckDefinition SuccessScraping = ForSuccess("success.scraping", "Prometheus scrapes the release");
    public static readonly CheckDefinition SuccessDashboard = ForSuccess("success.dashboard", "The dashboard shows the release");
    public static readonly CheckDefinition SuccessAlerts = ForSuccess("success.alerts", "The alert rules are loaded and evaluated");
    public static readonly CheckDefinition SuccessPerformance =
        ForSuccess("success.performance", "The platform is not slower than before");
    public static readonly CheckDefinition SuccessRollback = ForSuccess("success.rollback", "The release to roll back to is known");
    public static readonly CheckDefinition Approval = ForSuccess("approval.<role>", "A person of the role approves the run");
    public static readonly CheckDefinition Announced =
        new("announce.<kind>", "Announce", "The channels take the announcement", CheckSeverity.Advisory, "12. Communication and sign-off")
        {
            Step = StepKind.Announcement,
        };

    public static readonly CheckDefinition RunChain = ForRun("run.chain", "No line of the ledger was altered");
    public static readonly CheckDefinition RunSignature = ForRun("run.signature", "Trusted signers wrote the ledger");
    public static readonly CheckDefinition RunHistory = ForRun("run.history", "The ledger has every line that the history names");

    private static CheckDefinition[] Completion =>
    [
        SuccessPods, SuccessLogs, SuccessHealth, SuccessMetrics, SuccessMetricsDefined, SuccessScraping, SuccessDashboard, SuccessAlerts,
        SuccessPerformance, SuccessRollback, Approval, Announced, RunChain, RunSignature, RunHistory,
    ];

    private static CheckDefinition ForSuccess(string id, string title) =>
        new(id, "Complete", title, CheckSeverity.Required, "12. Communication and sign-off") { Step = StepKind.Completion };

    private static CheckDefinition ForRun(string id, string title) =>
        new(id, "Record", title, CheckSeverity.Required, "12. Communication and sign-off");
}
