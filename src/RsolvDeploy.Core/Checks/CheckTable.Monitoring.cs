namespace RsolvDeploy.Checks;

/// <content>Monitoring.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition PrometheusTarget =
        OfMonitoring("prometheus.target", "Prometheus has a target of the environment that is up") with { Unit = "targets" };
    public static readonly CheckDefinition PrometheusScrape =
        OfMonitoring("prometheus.scrape", "The last scrape is recent") with { Unit = "s" };
    public static readonly CheckDefinition PrometheusMetrics =
        OfMonitoring("prometheus.metrics", "Prometheus has the metrics") with { Unit = "families" };
    public static readonly CheckDefinition PrometheusEnvironmentLabel =
        OfMonitoring("prometheus.environment-label", "The series have the label of the environment") with { Unit = "environment" };
    public static readonly CheckDefinition GrafanaDashboard = OfDashboards("grafana.dashboard", "The dashboard can be read");
    public static readonly CheckDefinition GrafanaEnvironmentVariable =
        OfDashboards("grafana.environment-variable", "The variable of the dashboard selects the environment");
    public static readonly CheckDefinition GrafanaPanels = OfDashboards("grafana.panels", "The queries of every panel run without error");
    public static readonly CheckDefinition GrafanaTimeRange =
        OfDashboards("grafana.time-range", "The time range of the dashboard covers the deployment");
    public static readonly CheckDefinition AlertsLoaded =
        OfMonitoring("alerts.loaded", "All alert rules are loaded") with { Unit = "rules" };
    public static readonly CheckDefinition AlertsEvaluating =
        OfMonitoring("alerts.evaluating", "All alert rules are evaluated without error") with { Unit = "s" };
    public static readonly CheckDefinition AlertsQuiet =
        OfMonitoring("alerts.quiet", "No alert of the release fires") with { Unit = "alerts" };

    private static CheckDefinition[] Monitoring =>
    [
        PrometheusTarget, PrometheusScrape, PrometheusMetrics, PrometheusEnvironmentLabel, GrafanaDashboard, GrafanaEnvironmentVariable,
        GrafanaPanels, GrafanaTimeRange, AlertsLoaded, AlertsEvaluating, AlertsQuiet,
    ];

    private static CheckDefinition OfMonitoring(string id, string title) =>
        new(id, "Verify", title, CheckSeverity.Required, "7. Monitoring") { Step = StepKind.Verification, OnError = CheckResult.Unmeasured };

    private static CheckDefinition OfDashboards(string id, string title) =>
        new(id, "Verify", title, CheckSeverity.Required, "7. Monitoring");
}
