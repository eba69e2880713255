using RsolvDeploy.Backups.Keys;

namespace RsolvDeploy.Backups.Writing;

/// <summary>A backup that is still to be written.</summary>
/// <param name="Target">What is backed up.</param>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Created">The one instant of the backup, UTC.</param>
/// <param name="Folder">The folder it will be; it does not exist yet.</param>
/// <param name="Encryption">Whom Secrets are encrypted for.</param>
internal sealed record BackupPlan(Target Target, string RunId, DateTimeOffset Created, string Folder, BackupEncryption Encryption)
{
    /// <summary>Kinds that are backed up beside the Deployment, ConfigMaps and Secrets, each as <c>kind.group:selector</c>.</summary>
    public IReadOnlyList<string> AdditionalKinds { get; init; } = Target.Backup.AdditionalKinds;

    /// <summary>Whether the server tries every object in a dry run.</summary>
    public bool DryRun { get; init; } = true;
}
