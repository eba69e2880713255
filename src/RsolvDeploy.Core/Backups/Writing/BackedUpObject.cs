using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Writing;

/// <summary>An object of the cluster that is backed up or omitted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its resource version.</param>
/// <param name="Item">The object in the backup; null when it is omitted.</param>
/// <param name="Omission">Why it is omitted; null when it is backed up.</param>
internal sealed record BackedUpObject(string Name, string Version, ManifestItem? Item, ManifestOmission? Omission)
{
    /// <summary>Compares the names, as a manifest orders them.</summary>
    public static int ByName(BackedUpObject one, BackedUpObject other) => string.CompareOrdinal(one.Name, other.Name);
}
