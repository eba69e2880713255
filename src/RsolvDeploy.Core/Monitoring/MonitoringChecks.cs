namespace RsolvDeploy.Monitoring;

/// <summary>Ids and titles of the checks that Prometheus decides, in the order of the checklist.</summary>
internal static class MonitoringChecks
{
    public static readonly (string Id, string Title) Target = ("prometheus.target", "Prometheus has a target of the environment that is up");
    public static readonly (string Id, string Title) Scrape = ("prometheus.scrape", "The target was scraped just now");
    public static readonly (string Id, string Title) Metrics = ("prometheus.metrics", "The metrics are in Prometheus");
    public static readonly (string Id, string Title) EnvironmentLabel = ("prometheus.environment-label", "Their series carry the environment");
    public static readonly (string Id, string Title) AlertsLoaded = ("alerts.loaded", "All alert rules are loaded");
    public static readonly (string Id, string Title) AlertsEvaluating = ("alerts.evaluating", "All alert rules are evaluated without error");
    public static readonly (string Id, string Title) AlertsQuiet = ("alerts.quiet", "No alert of the release fires");

    public static readonly IReadOnlyList<(string Id, string Title)> All =
        [Target, Scrape, Metrics, EnvironmentLabel, AlertsLoaded, AlertsEvaluating, AlertsQuiet];
}
