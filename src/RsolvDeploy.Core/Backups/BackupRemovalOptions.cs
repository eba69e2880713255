namespace RsolvDeploy.Backups;

/// <summary>Which backups are deleted.</summary>
internal sealed record BackupRemovalOptions
{
    /// <summary>The folder of one backup; null to delete by policy.</summary>
    public string? BackupPath { get; init; }

    /// <summary>How many complete backups to keep; null for the configured number.</summary>
    public int? Keep { get; init; }

    /// <summary>Backups older than this are deleted too; null for the configured age.</summary>
    public TimeSpan? OlderThan { get; init; }
}
