using System.Security;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Backups;

/// <summary>The options of a backup.</summary>
internal sealed record BackupOptions
{
    /// <summary>The folder in which the backup's own folder is created; null for the configured one.</summary>
    public string? Destination { get; init; }

    /// <summary>A passphrase to encrypt for; null for none. Never recorded.</summary>
    [JsonIgnore]
    public SecureString? Passphrase { get; init; }

    /// <summary>Kinds beside the configured ones, each as <c>kind.group:selector</c>.</summary>
    public IReadOnlyList<string> AdditionalKinds { get; init; } = [];

    /// <summary>Whether every object is encrypted, and not only Secrets.</summary>
    public bool EncryptAll { get; init; }

    /// <summary>Whether the dry run of every object is skipped.</summary>
    public bool SkipDryRun { get; init; }
}
