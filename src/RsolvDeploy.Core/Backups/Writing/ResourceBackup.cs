using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Writing;

/// <summary>The objects of one kind, all read at one version, and written.</summary>
/// <param name="Kind">The kind, as the manifest lists it.</param>
/// <param name="Objects">The objects, by name.</param>
internal sealed record ResourceBackup(ManifestKind Kind, IReadOnlyList<BackedUpObject> Objects);
