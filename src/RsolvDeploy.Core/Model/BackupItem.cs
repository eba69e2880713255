namespace RsolvDeploy;

/// <summary>One object in a backup.</summary>
/// <param name="Kind">The Kubernetes kind, for example <c>ConfigMap</c>.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Namespace">The object's namespace.</param>
/// <param name="File">The file, relative to the folder of the backup, with <c>/</c> between folders.</param>
/// <param name="Sha256">SHA-256 of the file's bytes, lower-case hex.</param>
/// <param name="Size">Size of the file in bytes.</param>
/// <param name="Encrypted">Whether the file is a CMS envelope.</param>
public sealed record BackupItem(string Kind, string Name, string Namespace, string File, string Sha256, long Size, bool Encrypted)
{
    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Kind}/{Name}";
}
