using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Identity;

/// <summary>
/// Finds out whether what a runtime reports is the image that was asked for. A runtime may report any name of the same content: the digest
/// of another index, of the manifest, or of the configuration. The registry knows which digests belong together.
/// </summary>
/// <param name="contents">Reads the registry.</param>
/// <param name="platformOf">The platform of a node; empty when it is not known.</param>
internal sealed class ImageComparer(ImageContentReader contents, Func<string?, CancellationToken, Task<string>> platformOf)
{
    /// <summary>Compares them. A registry that cannot be read proves nothing.</summary>
    public async Task<IdentityVerdict> CompareAsync(RunningImage running, CancellationToken ct)
    {
        if (running.IsProven) return IdentityVerdict.Same(running.ImageId);
        if (running.ImageId.Length == 0) return IdentityVerdict.Unknown("the kubelet reports no image ID");
        if (ImageIdentity.DigestOf(running.ImageId) is not { } reported)
            return IdentityVerdict.Unknown($"the kubelet reports {running.ImageId}, which has no digest");
        try
        {
            return await CompareAsync(running, reported, ct);
        }
        catch (DeployException e)
        {
            return IdentityVerdict.Unknown($"the kubelet reports {running.ImageId}; {e.Message}");
        }
    }

    private async Task<IdentityVerdict> CompareAsync(RunningImage running, string reported, CancellationToken ct)
    {
        var repository = ImageIdentity.RepositoryOf(running.Expected) ?? "";
        var asked = await contents.FindAsync(repository, ImageIdentity.DigestOf(running.Expected)!, ct);
        if (asked is null) return IdentityVerdict.Unknown($"the registry no longer has {running.Expected}");
        // containerd reports the digest of the configuration as the name of an image that was asked for by digest.
        string?[] known = [reported, ImageIdentity.DigestOf(running.Name)];
        foreach (var image in asked.Images)
        {
            if (known.Contains(image.Manifest)) return IdentityVerdict.Same($"{image.Manifest} is its manifest{For(image)}");
            if (await contents.FindConfigAsync(repository, image, ct) is { } config && known.Contains(config))
                return IdentityVerdict.Same($"{config} is its configuration{For(image)}");
        }

        if (ImageIdentity.RepositoryOf(running.ImageId) is not { } elsewhere)
            return IdentityVerdict.Unknown($"the kubelet reports the image ID {reported}, which no manifest of the image has");
        var other = await FindAsync(asked, elsewhere, reported, ct);
        return other is null
            ? IdentityVerdict.Unknown($"no registry that can be read has {running.ImageId}")
            : await CompareAsync(asked, other, await platformOf(running.Node, ct), ct);
    }

    // The registry of a mirror may be known to the nodes alone; the content is the same wherever the digest is found.
    private async Task<ImageContent?> FindAsync(ImageContent asked, string elsewhere, string digest, CancellationToken ct)
    {
        if (await contents.FindAsync(asked.Repository, digest, ct) is { } found) return found;
        return elsewhere == asked.Repository ? null : await contents.FindAsync(elsewhere, digest, ct);
    }

    private async Task<IdentityVerdict> CompareAsync(ImageContent asked, ImageContent other, string platform, CancellationToken ct)
    {
        var wanted = asked.Images.Where(image => image.Fits(platform)).ToList();
        var (same, different) = (0, 0);
        // What the node may have taken; an index may hold several images for a platform, such as one that is converted for lazy loading.
        foreach (var taken in other.Images.Where(image => image.Fits(platform)
            && wanted.Exists(one => image.Fits(one.Platform) || one.Fits(image.Platform))))
        {
            if (await IsOneOfAsync(asked, wanted, other, taken, ct)) same++;
            else different++;
        }

        return (same, different) switch
        {
            ( > 0, 0) => IdentityVerdict.Same($"{other.Digest} holds the same image"),
            (0, > 0) => IdentityVerdict.Different($"{other.Repository}@{other.Digest} is another image"),
            (0, 0) => IdentityVerdict.Unknown($"{other.Digest} has no platform of the image"),
            _ when platform.Length > 0 => IdentityVerdict.Unknown(
                $"{other.Digest} holds the same image and another one, both for {platform}"),
            _ => IdentityVerdict.Unknown($"{other.Digest} holds the same image for some platforms only, and that of the node is not known"),
        };
    }

    private async Task<bool> IsOneOfAsync(
        ImageContent asked, List<PlatformImage> wanted, ImageContent other, PlatformImage taken, CancellationToken ct)
    {
        foreach (var one in wanted)
            if (one.Manifest == taken.Manifest || await HaveOneConfigAsync(asked, one, other, taken, ct)) return true;
        return false;
    }

    // A manifest whose layers are compressed in another way has the same configuration, and a runtime takes both for one image.
    private async Task<bool> HaveOneConfigAsync(
        ImageContent asked, PlatformImage one, ImageContent other, PlatformImage counterpart, CancellationToken ct) =>
        await contents.FindConfigAsync(asked.Repository, one, ct) is { } config
        && config == await contents.FindConfigAsync(other.Repository, counterpart, ct);

    private static string For(PlatformImage image) => image.Platform.Length == 0 ? "" : $" for {image.Platform}";
}
