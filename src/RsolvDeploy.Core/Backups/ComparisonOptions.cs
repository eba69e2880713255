using System.Security;

namespace RsolvDeploy.Backups;

/// <summary>The options of a comparison.</summary>
internal sealed record ComparisonOptions
{
    /// <summary>The folder of the backup.</summary>
    public required string BackupPath { get; init; }

    /// <summary>The folder of another backup; null to compare with the live state.</summary>
    public string? ReferencePath { get; init; }

    /// <summary>Only these objects: wildcards on <c>Kind/name</c>; empty for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Not these objects: wildcards on <c>Kind/name</c>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether objects that are equal are returned too.</summary>
    public bool IncludeEqual { get; init; }

    /// <summary>A private key in PEM that decrypts the backup; null for the operator's own.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The passphrase that the backup was created with; null for none.</summary>
    public SecureString? Passphrase { get; init; }
}
