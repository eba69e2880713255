namespace RsolvDeploy.Images.Identity;

/// <summary>An image for one platform.</summary>
/// <param name="Platform">The platform, for example <c>linux/amd64</c>; empty when the manifest stands alone.</param>
/// <param name="Manifest">The digest of its manifest.</param>
internal readonly record struct PlatformImage(string Platform, string Manifest)
{
    /// <summary>Whether a node of a platform runs it. A manifest that stands alone fits every node.</summary>
    /// <param name="platform">The platform of the node; empty when it is not known.</param>
    public bool Fits(string platform) => platform.Length == 0 || Platform.Length == 0 || Platform == platform
        || Platform.StartsWith($"{platform}/", StringComparison.Ordinal); // a node does not report the variant of its processor
}
