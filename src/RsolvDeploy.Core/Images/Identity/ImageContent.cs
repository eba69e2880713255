namespace RsolvDeploy.Images.Identity;

/// <summary>What a digest stands for: one manifest, or an index of several.</summary>
/// <param name="Repository">The repository that it was read from.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Images">Its images, by platform.</param>
internal sealed record ImageContent(string Repository, string Digest, IReadOnlyList<PlatformImage> Images);
