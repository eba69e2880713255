using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>The content of a backup: its <c>manifest.json</c>.</summary>
internal sealed record BackupManifest
{
    public const string FormatName = "rsolvdeploy-backup";
    public const int CurrentVersion = 3;

    /// <summary>The version before objects could share a file. Without such objects a backup has it still.</summary>
    public const int VersionOfOwnFiles = 2;

    public string Format { get; init; } = FormatName;

    public int Version { get; init; } = VersionOfOwnFiles;

    /// <summary>The program that wrote it, and its version.</summary>
    public required string Tool { get; init; }

    public required string Target { get; init; }

    /// <summary>The address of the API server.</summary>
    public required string Cluster { get; init; }

    /// <summary>The kubeconfig context that was used.</summary>
    public required string Context { get; init; }

    public required string Namespace { get; init; }

    public required string Deployment { get; init; }

    public required string RunId { get; init; }

    /// <summary>The timestamp of the backup, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The image of the Deployment; null when the target does not name one of several containers.</summary>
    public string? Image { get; init; }

    /// <summary>The deployment's revision; null when it had none.</summary>
    public long? Revision { get; init; }

    public required ManifestEncryption Encryption { get; init; }

    public required ManifestSignature Signature { get; init; }

    /// <summary>The kinds that were read, in the order of <see cref="Items"/>.</summary>
    public required IReadOnlyList<ManifestKind> Kinds { get; init; }

    public required IReadOnlyList<ManifestItem> Items { get; init; }

    /// <summary>The objects of the namespace that are not backed up.</summary>
    public required IReadOnlyList<ManifestOmission> Omitted { get; init; }

    /// <summary>The changes in the cluster while the backup was written; empty for a consistent snapshot.</summary>
    public IReadOnlyList<ManifestChange> Changed { get; init; } = [];

    /// <summary>The kind of an object, by its name in objects.</summary>
    public ResourceKind FindKind(string kind) => Kinds.First(known => known.Kind == kind).ToResource();
}
