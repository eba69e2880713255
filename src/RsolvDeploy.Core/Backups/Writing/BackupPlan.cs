using RsolvDeploy.Backups.Keys;

namespace RsolvDeploy.Backups.Writing;

/// <summary>A backup before it is written.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run.</param>
/// <param name="Created">The one timestamp of the backup, UTC.</param>
/// <param name="Folder">Its folder, which does not exist yet.</param>
/// <param name="Encryption">The recipients and the signer.</param>
internal sealed record BackupPlan(Target Target, string RunId, DateTimeOffset Created, string Folder, BackupEncryption Encryption)
{
    /// <summary>Kinds to back up beside the Deployment, ConfigMaps and Secrets, each as <c>kind.group:selector</c>.</summary>
    public IReadOnlyList<string> AdditionalKinds { get; init; } = Target.Backup.AdditionalKinds;

    /// <summary>Whether the server tries every object in a dry run.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>The clock of the checks.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
