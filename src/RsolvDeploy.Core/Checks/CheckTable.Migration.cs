namespace RsolvDeploy.Checks;

/// <content>Database migrations.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition MigrationStatus = ForMigration("migration.status", "The pending migrations are listed");
    public static readonly CheckDefinition MigrationApplied =
        ForMigration("migration.applied", "No migration is needed, or all ran without error") with { Unit = "migrations" };
    public static readonly CheckDefinition MigrationVerified =
        ForMigration("migration.verified", "No migration is pending afterwards") with { Unit = "migrations" };

    private static CheckDefinition[] Migration =>
    [
        MigrationStatus, MigrationApplied, MigrationVerified,
    ];

    private static CheckDefinition ForMigration(string id, string title) =>
        new(id, "Migrate", title, CheckSeverity.Required, "6. Database migrations") { Step = StepKind.Migration };
}
