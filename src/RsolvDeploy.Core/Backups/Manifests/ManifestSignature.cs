namespace RsolvDeploy.Backups.Manifests;

/// <summary>Who signed a manifest. The signature itself is a file of its own.</summary>
/// <param name="Subject">The signer's certificate.</param>
/// <param name="Fingerprint">SHA-256 of the signer's certificate, lower-case hex.</param>
internal sealed record ManifestSignature(string Subject, string Fingerprint)
{
    public const string StandardMethod = "RSA-PSS, SHA-256";

    public string Method { get; init; } = StandardMethod;

    /// <summary>How the key of the authentication code is derived from the passphrase; null for a backup without one.</summary>
    public PassphraseDerivation? Passphrase { get; init; }
}
