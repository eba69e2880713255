namespace RsolvDeploy.Images.Planning;

/// <summary>A tag of an image.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Role">Its role.</param>
internal sealed record ImageTag(string Name, ImageTagRole Role);
