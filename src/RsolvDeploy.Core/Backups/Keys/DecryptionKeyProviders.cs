using RsolvDeploy.Backups.Cms;

namespace RsolvDeploy.Backups.Keys;

/// <summary>Provides the key that the operator gave: a passphrase, a key file, or else the own key pair.</summary>
internal static class DecryptionKeyProviders
{
    /// <summary>Creates a provider.</summary>
    /// <param name="keyPath">A private key in PEM; null for none.</param>
    /// <param name="passphrase">The passphrase of the backup; null for none. The backup disposes it.</param>
    public static DecryptionKeyProvider From(string? keyPath, BackupPassphrase? passphrase) => (manifest, _) => ValueTask.FromResult(
        passphrase is not null ? new PassphraseDecryptionKey(passphrase)
        : keyPath is not null ? DecryptionKeyFile.Load(keyPath, certificate: null, passphrase: null)
        : BackupKeyStore.ForUser().FindKey(manifest));
}
