using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images;

/// <summary>Asks a registry whether it has the image that a node cannot pull.</summary>
internal static class RegistryInquiry
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Whether the registry serves an image now; null when it does not answer, or does not let this user read.</summary>
    /// <param name="reference">The image, by tag or digest.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<bool?> ServesAsync(string reference, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            var image = ImageReference.Parse(reference);
            using var registry = new RegistryClient(image, DockerEnvironment.Current);
            return await registry.FindDigestAsync(image.Version, limit.Token) is not null;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // What the node reports is all that is known then.
            return null;
        }
    }
}
