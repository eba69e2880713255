namespace RsolvDeploy.Checks;

/// <content>Rollback.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition RollbackCompleted =
        ForRollback("rollback.completed", "The rollback completes in time") with { Unit = "replicas" };
    public static readonly CheckDefinition RollbackPods =
        ForRollback("rollback.pods", "The pods of the restored release are ready") with { Unit = "pods" };
    public static readonly CheckDefinition RollbackImage =
        ForRollback("rollback.image", "The pods run the image of the restored release") with { Unit = "pods" };
    public static readonly CheckDefinition RollbackConfiguration =
        ForRollback("rollback.configuration", "ConfigMaps and Secrets are as the restored release had them");
    public static readonly CheckDefinition RollbackHealthy =
        ForRollback("rollback.healthy", "The restored release is healthy") with { Unit = "checks" };

    private static CheckDefinition[] Rollback =>
    [
        RollbackCompleted, RollbackPods, RollbackImage, RollbackConfiguration, RollbackHealthy,
    ];

    private static CheckDefinition ForRollback(string id, string title) =>
        new(id, "Undo", title, CheckSeverity.Required, "10. Rollback") { Step = StepKind.Rollback };
}
