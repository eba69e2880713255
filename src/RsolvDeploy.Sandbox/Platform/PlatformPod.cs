namespace RsolvDeploy.Sandbox.Platform;

/// <summary>A ready pod of the platform.</summary>
/// <param name="Name">The pod's name.</param>
/// <param name="Image">The image it runs, as the Deployment names it.</param>
/// <param name="Behavior">The behavior that the image's label names.</param>
/// <param name="Started">When its container started.</param>
internal sealed record PlatformPod(string Name, string Image, string Behavior, DateTimeOffset Started);
