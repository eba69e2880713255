using System.Security;
using System.Text.Json.Serialization;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Backups;

/// <summary>The options of a restore.</summary>
internal sealed record RestoreOptions
{
    /// <summary>The folder of the backup; empty when the pipeline names it.</summary>
    public string BackupPath { get; init; } = "";

    /// <summary>Only these objects: wildcards on <c>Kind/name</c>; empty for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Not these objects: wildcards on <c>Kind/name</c>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether objects that are not in the backup are deleted.</summary>
    public bool Prune { get; init; }

    /// <summary>Whether objects that cannot be changed are deleted and created again.</summary>
    public bool Recreate { get; init; }

    /// <summary>A private key in PEM that decrypts the backup; null for the operator's own.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The passphrase that the backup was created with; never recorded.</summary>
    [JsonIgnore]
    public SecureString? Passphrase { get; init; }

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
