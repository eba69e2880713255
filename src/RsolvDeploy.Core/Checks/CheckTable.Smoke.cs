namespace RsolvDeploy.Checks;

/// <content>Smoke test.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition SmokeWebsite =
        ForSmoke("smoke.website", "The website responds") with { Unit = "HTTP status" };
    public static readonly CheckDefinition SmokeApi =
        ForSmoke("smoke.api", "The API responds") with { Unit = "state" };
    public static readonly CheckDefinition SmokeMetrics =
        ForSmoke("smoke.metrics", "The metrics endpoint responds") with { Unit = "faults" };
    public static readonly CheckDefinition SmokeLogs =
        ForSmoke("smoke.logs", "The logs show no error") with { Unit = "logs" };
    public static readonly CheckDefinition SmokeDatabase =
        ForSmoke("smoke.database", "The database is connected") with { Unit = "parts" };
    public static readonly CheckDefinition SmokeServices =
        ForSmoke("smoke.services", "The services behind the platform are healthy") with { Unit = "parts" };
    public static readonly CheckDefinition SmokePrometheus =
        ForSmoke("smoke.prometheus", "Prometheus scrapes the platform") with { Unit = "targets" };
    public static readonly CheckDefinition SmokeDashboard =
        ForSmoke("smoke.dashboard", "The dashboard is reachable") with { Unit = "dashboards" };
    public static readonly CheckDefinition SmokeAlerts =
        ForSmoke("smoke.alerts", "No alert fires") with { Unit = "alerts" };
    public static readonly CheckDefinition SmokeResponseTime =
        ForSmoke("smoke.response-time", "The platform responds fast enough") with { Unit = "ms" };
    public static readonly CheckDefinition SmokeMetricsTime =
        ForSmoke("smoke.metrics-time", "The metrics endpoint responds fast enough") with { Unit = "ms" };
    public static readonly CheckDefinition SmokeMemory =
        ForSmoke("smoke.memory", "Memory does not grow steadily and is below its limit") with { Unit = "ratio" };
    public static readonly CheckDefinition SmokeCpu =
        ForSmoke("smoke.cpu", "The CPU shows no spike") with { Unit = "cores" };
    public static readonly CheckDefinition SmokeNoGaps =
        ForSmoke("smoke.no-gaps", "No scrape is missing since the deployment") with { Unit = "scrapes" };

    private static CheckDefinition[] Smoke =>
    [
        SmokeWebsite, SmokeApi, SmokeMetrics, SmokeLogs, SmokeDatabase, SmokeServices, SmokePrometheus, SmokeDashboard, SmokeAlerts,
        SmokeResponseTime, SmokeMetricsTime, SmokeMemory, SmokeCpu, SmokeNoGaps,
    ];

    private static CheckDefinition ForSmoke(string id, string title) =>
        new(id, "Smoke", title, CheckSeverity.Required, "9. Smoke test")
        {
            Step = StepKind.Smoke,
            OnError = CheckResult.Unmeasured,
        };
}
