namespace RsolvDeploy.Images;

/// <summary>An image as a registry serves it.</summary>
/// <param name="Repository">Registry host and repository.</param>
/// <param name="Digest">The digest of its manifest or index.</param>
/// <param name="MediaType">The manifest's media type.</param>
/// <param name="Platforms">The platforms it offers, for example <c>linux/amd64</c>.</param>
/// <param name="CompressedSize">The sum of its compressed layers in bytes; for an index those of the preferred platform.</param>
internal sealed record ResolvedImage(
    string Repository, string Digest, string MediaType, IReadOnlyList<string> Platforms, long CompressedSize)
{
    /// <summary>Its attestations, as the types of in-toto predicates.</summary>
    public IReadOnlyList<string> Attestations { get; init; } = [];

    /// <summary>Digest and compressed size of its layers; of the same image as the size.</summary>
    public IReadOnlyList<(string Digest, long Size)> Layers { get; init; } = [];

    /// <summary>The reference to deploy: <c>repository@sha256:…</c>.</summary>
    public string Reference => $"{Repository}@{Digest}";
}
