namespace RsolvDeploy.Sandbox.Images;

/// <summary>An image of the registry, with the behavior of the sandbox's pods that run it.</summary>
/// <param name="Repository">The path in the registry, without host.</param>
/// <param name="Digest">The manifest's digest.</param>
/// <param name="ConfigDigest">The configuration's digest, which is the image's id.</param>
/// <param name="Behavior"><c>healthy</c>, <c>crashloop</c>, <c>probe-fails</c> or <c>slow-start</c>: the label
/// <c>dev.rsolv.sandbox.behavior</c>.</param>
/// <param name="Size">The sum of its compressed layers and its configuration, in bytes.</param>
internal sealed record StoredImage(string Repository, string Digest, string ConfigDigest, string Behavior, long Size);
