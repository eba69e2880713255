namespace RsolvDeploy.Checks;

/// <content>Smoke test.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition SmokeWebsite = OfSmoke("smoke.website", "The website responds");
    public static readonly CheckDefinition SmokeApi = OfSmoke("smoke.api", "The API responds");
    public static readonly CheckDefinition SmokeMetrics = OfSmoke("smoke.metrics", "The metrics endpoint responds");
    public static readonly CheckDefinition SmokeLogs = OfSmoke("smoke.logs", "The logs show no error");
    public static readonly CheckDefinition SmokeDatabase = OfSmoke("smoke.database", "The database is connected");
    public static readonly CheckDefinition SmokeServices = OfSmoke("smoke.services", "The services behind the platform are healthy");
    public static readonly CheckDefinition SmokePrometheus = OfSmoke("smoke.prometheus", "Prometheus scrapes the platform");
    public static readonly CheckDefinition SmokeDashboard = OfSmoke("smoke.dashboard", "The dashboard is reachable");
    public static readonly CheckDefinition SmokeAlerts = OfSmoke("smoke.alerts", "No alert fires");
    public static readonly CheckDefinition SmokeResponseTime = OfSmoke("smoke.response-time", "The platform responds fast enough");
    public static readonly CheckDefinition SmokeMetricsTime = OfSmoke("smoke.metrics-time", "The metrics endpoint responds fast enough");
    public static readonly CheckDefinition SmokeMemory = OfSmoke("smoke.memory", "Memory does not grow steadily and is below its limit");
    public static readonly CheckDefinition SmokeCpu = OfSmoke("smoke.cpu", "The CPU shows no spike");
    public static readonly CheckDefinition SmokeNoGaps = OfSmoke("smoke.no-gaps", "No scrape is missing since the deployment");

    private static CheckDefinition[] Smoke =>
    [
        SmokeWebsite, SmokeApi, SmokeMetrics, SmokeLogs, SmokeDatabase, SmokeServices, SmokePrometheus, SmokeDashboard, SmokeAlerts,
        SmokeResponseTime, SmokeMetricsTime, SmokeMemory, SmokeCpu, SmokeNoGaps,
    ];

    private static CheckDefinition OfSmoke(string id, string title) =>
        new(id, "Smoke", title, CheckSeverity.Required, "9. Smoke test");
}
