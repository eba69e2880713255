namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Whether two names of an image are the same by their digest.</summary>
internal static class ImageIdentity
{
    private const int HexLength = 64;

    /// <summary>
    /// Whether what a kubelet reports is the image that was asked for, by its digest alone. One asked for by tag only has to be reported
    /// at all: a tag proves nothing. A digest that differs proves nothing either: a runtime may report another name of the same content.
    /// </summary>
    public static bool Matches(string? imageId, string image)
    {
        if (string.IsNullOrEmpty(imageId)) return false;
        return DigestOf(image) is not { } asked || DigestOf(imageId) == asked;
    }

    /// <summary>Whether two references name the same content: they are equal, or have the same digest (a mirror).</summary>
    public static bool IsSame(string? one, string? other) => one == other || (DigestOf(one) is { } digest && digest == DigestOf(other));

    /// <summary>
    /// The digest of a reference or of what a runtime reports: <c>repository@sha256:…</c>, with <c>docker-pullable://</c> too, and the
    /// bare image ID of containerd (<c>sha256:…</c>), Docker (<c>docker://sha256:…</c>) and CRI-O (64 hexadecimal digits).
    /// Null when it has none.
    /// </summary>
    public static string? DigestOf(string? reference)
    {
        if (reference is null) return null;
        var bare = reference[(reference.LastIndexOf("//", StringComparison.Ordinal) is >= 0 and var slashes ? slashes + 2 : 0)..];
        if (bare.LastIndexOf('@') is >= 0 and var at) return bare[(at + 1)..];
        if (bare.StartsWith("sha256:", StringComparison.Ordinal)) return bare;
        return bare.Length == HexLength && bare.All(char.IsAsciiHexDigitLower) ? $"sha256:{bare}" : null;
    }

    /// <summary>The repository that a runtime reports; null for a bare image ID.</summary>
    public static string? RepositoryOf(string imageId)
    {
        var bare = imageId[(imageId.LastIndexOf("//", StringComparison.Ordinal) is >= 0 and var slashes ? slashes + 2 : 0)..];
        return bare.LastIndexOf('@') is > 0 and var at ? bare[..at] : null;
    }
}
