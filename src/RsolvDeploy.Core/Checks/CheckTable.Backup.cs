namespace RsolvDeploy.Checks;

/// <content>Backup and restore.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition BackupDeployment =
        ForBackup("backup.deployment", "The Deployment is backed up") with { Unit = "objects" };
    public static readonly CheckDefinition BackupConfigMaps =
        ForBackup("backup.configmaps", "The ConfigMaps are backed up") with { Unit = "objects" };
    public static readonly CheckDefinition BackupSecrets =
        ForBackup("backup.secrets", "The Secrets are backed up, encrypted") with { Unit = "objects" };
    public static readonly CheckDefinition BackupTimestamped = ForBackup("backup.timestamped", "The backup is new and has its timestamp");
    public static readonly CheckDefinition BackupLocation =
        ForBackup("backup.location", "The location and the checksums of the backup are recorded");
    public static readonly CheckDefinition BackupRestorable =
        ForBackup("backup.restorable", "The server accepts every object in a dry run") with { Unit = "objects" };
    public static readonly CheckDefinition RestoreApplied =
        ForRestore("restore.applied", "Every object is as the backup holds it") with { Unit = "objects" };

    private static CheckDefinition[] Backup =>
    [
        BackupDeployment, BackupConfigMaps, BackupSecrets, BackupTimestamped, BackupLocation, BackupRestorable, RestoreApplied,
    ];

    private static CheckDefinition ForBackup(string id, string title) =>
        new(id, "Backup", title, CheckSeverity.Required, "3. Backup") { Step = StepKind.Backup };

    private static CheckDefinition ForRestore(string id, string title) =>
        new(id, "Restore", title, CheckSeverity.Required, "3. Backup") { Step = StepKind.Restore };
}
