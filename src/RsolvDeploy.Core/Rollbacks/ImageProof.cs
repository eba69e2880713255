using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Which images a rollback may restore that nobody specified: those of a ReplicaSet that the Deployment owns and of its own template, also
/// by their digest from a mirror, and digests of the target's repository. Whoever may write the history or a snapshot must not choose any
/// other.
/// </summary>
/// <param name="target">The deployment.</param>
/// <param name="container">The container whose image is deployed.</param>
internal sealed class ImageProof(Target target, string container)
{
    /// <summary>Refuses a template with an image that nothing proves.</summary>
    /// <param name="template">The template to restore.</param>
    /// <param name="proven">Templates that the cluster, or this run, vouches for.</param>
    /// <exception cref="DeployException"><c>ImageNotProven</c>.</exception>
    public void Verify(JsonNode template, IReadOnlyList<JsonNode> proven)
    {
        var known = proven.SelectMany(PodTemplate.AllContainers).Select(one => one["image"].Text()).ToList();
        var repository = target.Image?.Repository
            ?? proven.Select(one => PodTemplate.Image(one, container)).Select(RepositoryOf).FirstOrDefault(one => one is not null);
        foreach (var restored in PodTemplate.AllContainers(template))
        {
            var image = restored["image"].Text() ?? "";
            if (known.Exists(one => ImageDigest.IsSame(one, image))) continue;
            if (ImageDigest.From(image) is not null && RepositoryOf(image) == repository) continue;
            throw new DeployException("ImageNotProven", FaultCategory.SecurityError,
                $"The rollback would run image {image} in container {restored["name"].Text()} of {target.Namespace}/{target.Deployment}. "
                    + $"No ReplicaSet of the Deployment has it, and it is no digest of {repository ?? "a known repository"}.",
                "Check the history (Get-RsolvHistory); if the image is right, specify it with -ToDigest.")
            { Subject = target.Deployment };
        }
    }

    private static string? RepositoryOf(string? image)
    {
        try
        {
            return image is null ? null : ImageReference.Parse(image).Repository;
        }
        catch (DeployException)
        {
            return null;
        }
    }
}
