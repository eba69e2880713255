using RsolvDeploy.Errors;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images;

/// <summary>Everything that is attested of an image.</summary>
internal static class ImageAttestations
{
    /// <summary>Reads it: what is signed first.</summary>
    /// <param name="target">The environment, which says whose keys count.</param>
    /// <param name="image">A full name, or only a tag or digest.</param>
    /// <param name="environment">The logins of the registry.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>ImageNotFound</c>, <c>SignerInvalid</c>, or an error of the registry.</exception>
    public static async Task<IReadOnlyList<Attestation>> ReadAsync(
        Target target, string image, DockerEnvironment environment, CancellationToken ct)
    {
        var resolved = await new ImagePublisher(environment).ResolveAsync(target, image, ct);
        using var reader = new AttestationReader(ImageReference.Parse(resolved.Reference), environment, PromotionGate.KeysOf(target));
        var found = (await reader.ReadSignedAsync(ct)).Concat(await reader.ReadBuildAsync(ct));
        return [.. found.Select(one => one with { Target = target })];
    }
}
