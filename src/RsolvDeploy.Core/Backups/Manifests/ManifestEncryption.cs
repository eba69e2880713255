namespace RsolvDeploy.Backups.Manifests;

/// <summary>The encryption of a backup's files.</summary>
/// <param name="Method">The method.</param>
/// <param name="Recipients">Who can decrypt them.</param>
internal sealed record ManifestEncryption(string Method, IReadOnlyList<ManifestRecipient> Recipients)
{
    /// <summary>The recipients, for people.</summary>
    public string Describe() => string.Join(", ", Recipients.Select(recipient =>
        recipient.Type == "certificate" ? $"certificate {recipient.Subject} (serial {recipient.Serial})" : recipient.Type));
}
