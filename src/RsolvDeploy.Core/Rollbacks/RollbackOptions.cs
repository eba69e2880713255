using System.Security;
using System.Text.Json.Serialization;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>The options of a rollback. Without a specified release it restores the last known good one.</summary>
internal sealed record RollbackOptions
{
    /// <summary>The revision to roll back to; null for none.</summary>
    public long? ToRevision { get; init; }

    /// <summary>The digest (<c>sha256:…</c>) or image to roll back to; null for none.</summary>
    public string? ToDigest { get; init; }

    /// <summary>The folder of a backup to roll back to; null for none.</summary>
    public string? FromBackup { get; init; }

    /// <summary>A private key in PEM that opens the backup; null for the operator's own.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The passphrase that the backup was encrypted for; never recorded.</summary>
    [JsonIgnore]
    public SecureString? Passphrase { get; init; }

    /// <summary>Whether ConfigMaps and Secrets are not restored.</summary>
    public bool ImageOnly { get; init; }

    /// <summary>ConfigMaps and Secrets that are not restored: wildcards on <c>Kind/name</c>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The reason; null when the operator specified none.</summary>
    public string? Reason { get; init; }

    /// <summary>How long the rollout may take; null for the configured time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether it may cross migrations that were applied since that release ran.</summary>
    public bool AllowSchemaMismatch { get; init; }

    /// <summary>Whether a trigger asks for it, so that only what is proven is restored.</summary>
    public bool Unattended { get; init; }

    /// <summary>
    /// Whether the run leaves its own release, which it found to be bad: that one is no candidate although it was verified, and a release
    /// that somebody deployed since is not rolled back.
    /// </summary>
    public bool OwnRelease { get; init; }

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
