namespace RsolvDeploy.Checks;

/// <content>Monitoring.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition PrometheusTarget =
        ForMonitoring("prometheus.target", "Prometheus has a target of the environment that is up") with { Unit = "targets" };
    public static readonly CheckDefinition PrometheusScrape =
        ForMonitoring("prometheus.scrape", "The last scrape is recent") with { Unit = "s" };
    public static readonly CheckDefinition PrometheusMetrics =
        ForMonitoring("prometheus.metrics", "Prometheus has the metrics") with { Unit = "families" };
    public static readonly CheckDefinition PrometheusEnvironmentLabel =
        ForMonitoring("prometheus.environment-label", "The series have the label of the environment") with { Unit = "environment" };
    public static readonly CheckDefinition GrafanaDashboard =
        ForDashboards("grafana.dashboard", "The dashboard can be read") with { Unit = "dashboards" };
    public static readonly CheckDefinition GrafanaEnvironmentVariable =
        ForDashboards("grafana.environment-variable", "The variable of the dashboard selects the environment") with
        {
            Unit = "environment",
        };
    public static readonly CheckDefinition GrafanaPanels =
        ForDashboards("grafana.panels", "The queries of every panel run without error") with { Unit = "panels" };
    public static readonly CheckDefinition GrafanaTimeRange =
        ForDashboards("grafana.time-range", "The time range of the dashboard covers the deployment") with { Unit = "s" };
    public static readonly CheckDefinition AlertsLoaded =
        ForMonitoring("alerts.loaded", "All alert rules are loaded") with { Unit = "rules" };
    public static readonly CheckDefinition AlertsEvaluating =
        ForMonitoring("alerts.evaluating", "All alert rules are evaluated without error") with { Unit = "s" };
    public static readonly CheckDefinition AlertsQuiet =
        ForMonitoring("alerts.quiet", "No alert of the release fires") with { Unit = "alerts" };

    private static CheckDefinition[] Monitoring =>
    [
        PrometheusTarget, PrometheusScrape, PrometheusMetrics, PrometheusEnvironmentLabel, GrafanaDashboard, GrafanaEnvironmentVariable,
        GrafanaPanels, GrafanaTimeRange, AlertsLoaded, AlertsEvaluating, AlertsQuiet,
    ];

    private static CheckDefinition ForMonitoring(string id, string title) =>
        new(id, "Verify", title, CheckSeverity.Required, "7. Monitoring")
        {
            Step = StepKind.Verification,
            OnError = CheckResult.Unmeasured,
        };

    private static CheckDefinition ForDashboards(string id, string title) => ForMonitoring(id, title) with { AlsoBy = StepKind.Dashboard };
}
