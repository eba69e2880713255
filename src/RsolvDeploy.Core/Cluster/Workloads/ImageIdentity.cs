namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Whether what a kubelet reports as running is the image that was asked for.</summary>
internal static class ImageIdentity
{
    /// <summary>
    /// An image asked for by digest has to be reported with this digest (<c>repository@sha256:…</c>, with or without
    /// <c>docker-pullable://</c>). One asked for by tag only has to be reported at all: a tag proves nothing.
    /// </summary>
    public static bool Matches(string? imageId, string image)
    {
        if (string.IsNullOrEmpty(imageId)) return false;
        return Digest(image) is not { } asked || Digest(imageId) == asked;
    }

    private static string? Digest(string reference) =>
        reference.LastIndexOf('@') is >= 0 and var at ? reference[(at + 1)..] : null;
}
