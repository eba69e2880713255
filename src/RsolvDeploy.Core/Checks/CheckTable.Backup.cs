namespace RsolvDeploy.Checks;

/// <content>Backup and restore.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition BackupDeployment =
        OfBackup("backup.deployment", "The Deployment is backed up") with { Unit = "objects" };
    public static readonly CheckDefinition BackupConfigMaps =
        OfBackup("backup.configmaps", "The ConfigMaps are backed up") with { Unit = "objects" };
    public static readonly CheckDefinition BackupSecrets =
        OfBackup("backup.secrets", "The Secrets are backed up, encrypted") with { Unit = "objects" };
    public static readonly CheckDefinition BackupTimestamped = OfBackup("backup.timestamped", "The backup is new and has its timestamp");
    public static readonly CheckDefinition BackupLocation =
        OfBackup("backup.location", "The location and the checksums of the backup are recorded");
    public static readonly CheckDefinition BackupRestorable =
        OfBackup("backup.restorable", "The server accepts every object in a dry run") with { Unit = "objects" };
    public static readonly CheckDefinition RestoreApplied =
        OfRestore("restore.applied", "Every object is as the backup holds it") with { Unit = "objects" };

    private static CheckDefinition[] Backup =>
    [
        BackupDeployment, BackupConfigMaps, BackupSecrets, BackupTimestamped, BackupLocation, BackupRestorable, RestoreApplied,
    ];

    private static CheckDefinition OfBackup(string id, string title) =>
        new(id, "Backup", title, CheckSeverity.Required, "3. Backup") { Step = StepKind.Backup };

    private static CheckDefinition OfRestore(string id, string title) =>
        new(id, "Restore", title, CheckSeverity.Required, "3. Backup") { Step = StepKind.Restore };
}
