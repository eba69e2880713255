namespace RsolvDeploy.Backups.Manifests;

/// <summary>Who can decrypt encrypted files.</summary>
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
