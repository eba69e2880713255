namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Compares images by their digests: a mirror has the same image under another name.</summary>
internal static class ImageDigest
{
    /// <summary>The digest of a reference (<c>sha256:…</c>); null when it has none.</summary>
    public static string? From(string? image) =>
        image?.LastIndexOf('@') is >= 0 and var at ? image[(at + 1)..] : null;

    /// <summary>Whether two references are the same text or have the same digest.</summary>
    public static bool IsSame(string? one, string? other) => one == other || (From(one) is { } digest && digest == From(other));
}
