namespace RsolvDeploy.Backups.Manifests;

/// <summary>PBKDF2-HMAC-SHA256 of a passphrase.</summary>
/// <param name="Salt">Base64.</param>
/// <param name="Iterations">How often it is hashed.</param>
internal sealed record PassphraseDerivation(string Salt, int Iterations);
