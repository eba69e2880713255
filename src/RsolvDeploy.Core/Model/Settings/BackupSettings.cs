namespace RsolvDeploy;

/// <summary>Where backups go, and for whom they are encrypted.</summary>
public sealed record BackupSettings
{
    /// <summary>The folder that holds the backups, as a full path; null for <c>~/.rsolv/backups</c>.</summary>
    public string? Path { get; init; }

    /// <summary>How many backups to keep; null for all.</summary>
    public int? Keep { get; init; }

    /// <summary>How old backups may become, a day or more; null for any age.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>
    /// Kinds that are backed up beside Deployment, ConfigMaps and Secrets: <c>services</c>, <c>cronjobs.batch</c>,
    /// <c>widgets.example.com:app=web</c>.
    /// </summary>
    public IReadOnlyList<string> AdditionalKinds { get; init => field = value.ToArray(); } = [];

    /// <summary>Whether every object is encrypted, and not only Secrets.</summary>
    public bool EncryptAll { get; init; }

    /// <summary>
    /// The recipients: certificate files (PEM or DER) as full paths, or <c>store:thumbprint</c>; empty for the key pair made on first use.
    /// </summary>
    public IReadOnlyList<string> Recipients { get; init => field = value.ToArray(); } = [];
}
