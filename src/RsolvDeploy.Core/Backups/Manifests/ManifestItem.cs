using System.Text.Json.Serialization;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>One object of a backup.</summary>
/// <param name="ApiVersion">Group and version of the object.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace, which is the backup's.</param>
/// <param name="File">Its file, relative to the folder, with <c>/</c>.</param>
/// <param name="Sha256">SHA-256 of its bytes in the file, lower-case hex.</param>
/// <param name="Size">How many bytes it has in the file.</param>
/// <param name="Encrypted">Whether these bytes are a CMS message.</param>
internal sealed record ManifestItem(
    string ApiVersion, string Kind, string Name, string Namespace, string File, string Sha256, long Size, bool Encrypted)
{
    /// <summary>Where it begins in its file, in bytes; null where it has a file of its own.</summary>
    public long? Offset { get; init; }

    /// <summary>Where it begins in its file.</summary>
    [JsonIgnore]
    public long Start => Offset ?? 0;

    /// <summary>Where it ends in its file.</summary>
    [JsonIgnore]
    public long End => Start + Size;

    /// <summary>What stands between the objects of a file: the end of a document of YAML, and nothing where they are encrypted.</summary>
    public static ReadOnlySpan<byte> Separator(bool encrypted) => encrypted ? [] : "---\n"u8;

    /// <summary>The owner references that were removed, as <c>Kind/name</c>; null for none.</summary>
    public IReadOnlyList<string>? Owners { get; init; }
}
