namespace RsolvDeploy.Checks;

/// <content>Rollback triggers.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition TriggerCrashLoop =
        OfWatch("trigger.crashloop", "No pod is in a crash loop for too long") with { Unit = "s" };
    public static readonly CheckDefinition TriggerErrorRate =
        OfWatch("trigger.error-rate", "The error rate stays below its limit") with { Unit = "ratio" };
    public static readonly CheckDefinition TriggerDatabase =
        OfWatch("trigger.database", "The database stays connected") with { Unit = "value" };
    public static readonly CheckDefinition TriggerHealth =
        OfWatch("trigger.health", "The health endpoint does not fail repeatedly") with { Unit = "failures" };
    public static readonly CheckDefinition TriggerMetrics =
        OfWatch("trigger.metrics", "The metrics endpoint does not fail repeatedly") with { Unit = "failures" };
    public static readonly CheckDefinition TriggerManual = OfWatch("trigger.manual", "Nobody reports that something critical is broken");

    private static CheckDefinition[] Triggers =>
    [
        TriggerCrashLoop, TriggerErrorRate, TriggerDatabase, TriggerHealth, TriggerMetrics, TriggerManual,
    ];

    private static CheckDefinition OfWatch(string id, string title) =>
        new(id, "Watch", title, CheckSeverity.Required, "10. Rollback") { Step = StepKind.Watch };
}
