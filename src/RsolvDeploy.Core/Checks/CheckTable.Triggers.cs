namespace RsolvDeploy.Checks;

/// <content>Rollback triggers.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition TriggerCrashLoop =
        ForWatch("trigger.crashloop", "No pod is in a crash loop for too long") with { Unit = "s" };
    public static readonly CheckDefinition TriggerErrorRate =
        ForWatch("trigger.error-rate", "The error rate stays below its limit") with { Unit = "ratio" };
    public static readonly CheckDefinition TriggerDatabase =
        ForWatch("trigger.database", "The database stays connected") with { Unit = "value" };
    public static readonly CheckDefinition TriggerHealth =
        ForWatch("trigger.health", "The health endpoint does not fail repeatedly") with { Unit = "failures" };
    public static readonly CheckDefinition TriggerMetrics =
        ForWatch("trigger.metrics", "The metrics endpoint does not fail repeatedly") with { Unit = "failures" };
    public static readonly CheckDefinition TriggerManual = ForWatch("trigger.manual", "Nobody reports that something critical is broken");

    private static CheckDefinition[] Triggers =>
    [
        TriggerCrashLoop, TriggerErrorRate, TriggerDatabase, TriggerHealth, TriggerMetrics, TriggerManual,
    ];

    private static CheckDefinition ForWatch(string id, string title) =>
        new(id, "Watch", title, CheckSeverity.Required, "10. Rollback") { Step = StepKind.Watch };
}
