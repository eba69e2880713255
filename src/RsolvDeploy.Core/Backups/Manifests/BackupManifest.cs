using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>What a backup holds: the content of its <c>manifest.json</c>.</summary>
internal sealed record BackupManifest
{
    public const string FormatName = "rsolvdeploy-backup";
    public const int CurrentVersion = 2;

    public string Format { get; init; } = FormatName;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The program that wrote it, with its version.</summary>
    public required string Tool { get; init; }

    public required string Target { get; init; }

    /// <summary>The address of the API server.</summary>
    public required string Cluster { get; init; }

    /// <summary>The kubeconfig context that was used.</summary>
    public required string Context { get; init; }

    public required string Namespace { get; init; }

    public required string Deployment { get; init; }

    public required string RunId { get; init; }

    /// <summary>When the backup was taken, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The image that the deployment ran; null when the deployment was not there.</summary>
    public string? Image { get; init; }

    /// <summary>The deployment's revision; null when it had none.</summary>
    public long? Revision { get; init; }

    public required ManifestEncryption Encryption { get; init; }

    public required ManifestSignature Signature { get; init; }

    /// <summary>The kinds that were read, in the order of <see cref="Items"/>.</summary>
    public required IReadOnlyList<ManifestKind> Kinds { get; init; }

    public required IReadOnlyList<ManifestItem> Items { get; init; }

    /// <summary>What was there and is not in the backup.</summary>
    public required IReadOnlyList<ManifestOmission> Omitted { get; init; }

    /// <summary>What changed in the cluster while it was backed up; empty for a consistent picture.</summary>
    public IReadOnlyList<ManifestChange> Changed { get; init; } = [];

    /// <summary>How the API server calls the kind of an object.</summary>
    public ResourceKind FindKind(string kind) => Kinds.First(known => known.Kind == kind).ToResource();
}

/// <summary>One object of a backup.</summary>
/// <param name="ApiVersion">Group and version of the object.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace, which is the backup's.</param>
/// <param name="File">Its file, relative to the folder, with <c>/</c>.</param>
/// <param name="Sha256">Of the file's bytes as they lie there, lower-case hex.</param>
/// <param name="Size">Of the file, in bytes.</param>
/// <param name="Encrypted">Whether the file is a CMS message.</param>
internal sealed record ManifestItem(
    string ApiVersion, string Kind, string Name, string Namespace, string File, string Sha256, long Size, bool Encrypted)
{
    /// <summary>The owner references that were left out, as <c>Kind/name</c>; null for none.</summary>
    public IReadOnlyList<string>? Owners { get; init; }
}

/// <summary>An object that was not backed up.</summary>
internal sealed record ManifestOmission(string Kind, string Name, string Reason);

/// <summary>How encrypted files are encrypted, and for whom.</summary>
internal sealed record ManifestEncryption(string Method, IReadOnlyList<ManifestRecipient> Recipients)
{
    /// <summary>Whom it is for, in words.</summary>
    public string Describe() => string.Join(", ", Recipients.Select(recipient =>
        recipient.Type == "certificate" ? $"certificate {recipient.Subject} (serial {recipient.Serial})" : recipient.Type));
}

/// <summary>Somebody who can open encrypted files.</summary>
/// <param name="Type"><c>certificate</c> or <c>passphrase</c>.</param>
internal sealed record ManifestRecipient(string Type)
{
    public string? Subject { get; init; }

    public string? Serial { get; init; }

    /// <summary>SHA-256 of the certificate, lower-case hex.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How the key is derived from the passphrase.</summary>
    public string? Derivation { get; init; }
}
