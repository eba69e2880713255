using RsolvDeploy.Backups.Cms;

namespace RsolvDeploy.Backups.Keys;

/// <summary>Opens a backup with what the operator offers: a passphrase, a key file, or else the own key pair.</summary>
internal static class DecryptionKeyProviders
{
    /// <param name="keyPath">A private key in PEM; null for none.</param>
    /// <param name="passphrase">The passphrase of the backup; null for none. The backup's folder disposes it.</param>
    public static DecryptionKeyProvider From(string? keyPath, BackupPassphrase? passphrase) => (manifest, _) => ValueTask.FromResult(
        passphrase is not null ? new PassphraseDecryptionKey(passphrase)
        : keyPath is not null ? DecryptionKeyFile.Load(keyPath, certificate: null, passphrase: null)
        : BackupKeyStore.ForUser().FindKey(manifest));
}
