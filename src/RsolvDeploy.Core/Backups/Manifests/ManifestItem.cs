namespace RsolvDeploy.Backups.Manifests;

/// <summary>One object of a backup.</summary>
/// <param name="ApiVersion">Group and version of the object.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace, which is the backup's.</param>
/// <param name="File">Its file, relative to the folder, with <c>/</c>.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hex.</param>
/// <param name="Size">Size of the file, in bytes.</param>
/// <param name="Encrypted">Whether the file is a CMS message.</param>
internal sealed record ManifestItem(
    string ApiVersion, string Kind, string Name, string Namespace, string File, string Sha256, long Size, bool Encrypted)
{
    /// <summary>The owner references that were removed, as <c>Kind/name</c>; null for none.</summary>
    public IReadOnlyList<string>? Owners { get; init; }
}
