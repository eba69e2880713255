namespace RsolvDeploy.Checks;

/// <content>Health of the platform.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition HealthStatus =
        ForHealth("health.status", "The health endpoint responds with 200 and reports healthy") with { Unit = "state" };
    public static readonly CheckDefinition HealthMetrics =
        ForHealth("health.metrics", "The metrics endpoint responds with exposition text") with { Unit = "faults" };
    public static readonly CheckDefinition HealthMetricsDefined =
        ForHealth("health.metrics-defined", "The metric families are defined") with { Unit = "families" };
    public static readonly CheckDefinition HealthResponseTime =
        ForHealth("health.response-time", "The endpoints respond fast enough") with { Unit = "ms", IsConditional = true };
    public static readonly CheckDefinition HealthNo5xx =
        ForHealth("health.no-5xx", "No response is a 5xx") with { Unit = "responses", IsConditional = true };
    public static readonly CheckDefinition HealthTls =
        ForHealth("health.tls", "The certificate is valid, trusted, and for the host") with { Unit = "days", IsConditional = true };
    public static readonly CheckDefinition HealthAddresses =
        ForHealth("health.addresses", "Every IPv4 and IPv6 address of the host responds") with
        {
            Step = StepKind.Health,
            AlsoBy = null,
            Severity = CheckSeverity.Advisory,
            Unit = "addresses",
        };

    private static CheckDefinition[] Health =>
    [
        HealthStatus, HealthMetrics, HealthMetricsDefined, HealthResponseTime, HealthNo5xx, HealthTls, HealthAddresses,
    ];

    private static CheckDefinition ForHealth(string id, string title) =>
        new(id, "Verify", title, CheckSeverity.Required, "5. Health")
        {
            Step = StepKind.Verification,
            AlsoBy = StepKind.Health,
            OnError = CheckResult.Unmeasured,
        };
}
