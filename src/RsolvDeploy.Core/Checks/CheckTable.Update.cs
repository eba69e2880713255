namespace RsolvDeploy.Checks;

/// <content>Update and rollout.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition UpdateImage =
        ForUpdate("update.image", "The pod template names the intended digest") with { Unit = "image" };
    public static readonly CheckDefinition UpdatePreviousImage =
        ForUpdate("update.previous-image", "The previous image and revision are recorded");
    public static readonly CheckDefinition UpdateApplied = ForUpdate("update.applied", "The change is applied");
    public static readonly CheckDefinition RolloutCompleted =
        ForUpdate("rollout.completed", "The rollout completes in time") with { Unit = "replicas" };
    public static readonly CheckDefinition RolloutPodsRunning =
        ForUpdate("rollout.pods-running", "The new pods are running and ready") with { Unit = "pods" };
    public static readonly CheckDefinition RolloutImage =
        ForUpdate("rollout.image", "The new pods run the image") with { Unit = "containers" };
    public static readonly CheckDefinition RolloutOldPodsGone =
        ForUpdate("rollout.old-pods-gone", "The old pods are gone") with { Unit = "pods" };
    public static readonly CheckDefinition RolloutNoCrashLoop =
        ForUpdate("rollout.no-crashloop", "No pod is in a crash loop") with { Unit = "pods" };
    public static readonly CheckDefinition RolloutLogs =
        ForUpdate("rollout.logs", "The logs of the new pods show a healthy start") with { Unit = "pods" };
    public static readonly CheckDefinition RolloutMigrations =
        ForUpdate("rollout.migrations", "No migration of the release is pending") with
        {
            Severity = CheckSeverity.Advisory,
            Unit = "migrations",
            IsConditional = true,
        };

    private static CheckDefinition[] Update =>
    [
        UpdateImage, UpdatePreviousImage, UpdateApplied, RolloutCompleted, RolloutPodsRunning, RolloutImage, RolloutOldPodsGone,
        RolloutNoCrashLoop, RolloutLogs, RolloutMigrations,
    ];

    private static CheckDefinition ForUpdate(string id, string title) =>
        new(id, "Update", title, CheckSeverity.Required, "4. Update and rollout") { Step = StepKind.Update };
}
