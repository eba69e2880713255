using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Keys;

/// <summary>Finds or asks for the key that opens a backup. Called at most once a backup, when the first encrypted object is read.</summary>
/// <returns>The key; null when there is none. Whoever asked disposes it.</returns>
internal delegate ValueTask<DecryptionKey?> DecryptionKeyProvider(BackupManifest manifest, CancellationToken ct);
