using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Keys;

/// <summary>
/// Finds or asks for the key that decrypts a backup. Called at most once for a backup, when the first encrypted object is read.
/// </summary>
/// <returns>The key, which the caller disposes; null for none.</returns>
internal delegate ValueTask<DecryptionKey?> DecryptionKeyProvider(BackupManifest manifest, CancellationToken ct);
