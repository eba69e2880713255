using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Writing;

/// <summary>What became of one object of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version at which it was read.</param>
/// <param name="Item">The object as it lies in the backup; null when it was left out.</param>
/// <param name="Omission">Why it was left out; null when it was not.</param>
internal sealed record BackedUpObject(string Name, string Version, ManifestItem? Item, ManifestOmission? Omission);
