namespace RsolvDeploy.Backups.Manifests;

/// <summary>Who signed a manifest, as the manifest says it; the signature itself lies beside it.</summary>
/// <param name="Subject">The signer's certificate.</param>
/// <param name="Fingerprint">SHA-256 of the signer's certificate, lower-case hex.</param>
internal sealed record ManifestSignature(string Subject, string Fingerprint)
{
    public const string StandardMethod = "RSA-PSS, SHA-256";

    public string Method { get; init; } = StandardMethod;

    /// <summary>How the key is derived that authenticates the manifest to whoever knows the passphrase; null for a backup without one.</summary>
    public PassphraseDerivation? Passphrase { get; init; }
}

/// <summary>PBKDF2-HMAC-SHA256 of a passphrase.</summary>
/// <param name="Salt">Base64.</param>
/// <param name="Iterations">How often it is hashed.</param>
internal sealed record PassphraseDerivation(string Salt, int Iterations);
