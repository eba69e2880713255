namespace RsolvDeploy;

/// <summary>One object in a backup.</summary>
/// <param name="Kind">The Kubernetes kind, for example <c>ConfigMap</c>.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Namespace">The object's namespace.</param>
/// <param name="File">The file, relative to the folder of the backup, with <c>/</c> between folders.</param>
/// <param name="Sha256">SHA-256 of the object's bytes in the file, lower-case hex.</param>
/// <param name="Size">How many bytes the object has in the file.</param>
/// <param name="Encrypted">Whether these bytes are a CMS envelope.</param>
public sealed record BackupItem(string Kind, string Name, string Namespace, string File, string Sha256, long Size, bool Encrypted)
{
    /// <summary>
    /// Where the object begins in the file, in bytes; null when the file holds no other object. The objects of a kind share files when
    /// the server lists them in several chunks, of at most 500 objects.
    /// </summary>
    public long? Offset { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Kind}/{Name}";
}
