using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>
/// Builds a kustomize overlay and sets the image of containers in its output. Neither the files of the overlay nor any other container
/// change: kustomize itself sets images by their name, in every container and every workload that has it.
/// </summary>
/// <param name="path">The folder of the overlay.</param>
/// <param name="program">The program that builds it.</param>
internal sealed class OverlayBuilder(string path, KustomizeProgram program)
{
    /// <summary>Builds the objects of the overlay, with the image in each of the containers.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>, <c>KustomizeFailed</c>, <c>KustomizeNoDeployment</c>,
    /// <c>ContainerNotFound</c>.</exception>
    public async Task<BuiltOverlay> BuildAsync(Target target, IReadOnlyList<string> containers, string image, CancellationToken ct)
    {
        var built = await ReadAsync(ct);
        var template = Find(built, target).At("spec", "template");
        var all = PodTemplate.AllContainers(template);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in containers)
        {
            var container = all.FirstOrDefault(one => one["name"].Text() == name) ?? throw new DeployException(
                "ContainerNotFound",
                FaultCategory.ObjectNotFound,
                $"The Deployment {target.Deployment} in the overlay {path} has no container {name}.",
                "Check 'container' and 'alsoContainers' of the target.")
            {
                Subject = path,
            };
            if (container["image"].Text() is { } before) names.Add(Repository(before));
            container["image"] = image;
        }

        return new BuiltOverlay(built, [.. all
            .Where(one => !containers.Contains(one["name"].Text()) && one["image"].Text() is { } other && names.Contains(Repository(other)))
            .Select(one =>
                $"container {one["name"].Text()} keeps {one["image"].Text()}: neither 'container' nor 'alsoContainers' names it")]);
    }

    /// <summary>The kinds of objects that an update of the target applies, each once.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>, <c>KustomizeFailed</c>.</exception>
    public async Task<IReadOnlyList<ResourceKind>> KindsAsync(Target target, CancellationToken ct) =>
        [.. OverlaySelection.From(await ReadAsync(ct), target).Applied.Select(one => one.Kind).Distinct()];

    private async Task<IReadOnlyList<JsonObject>> ReadAsync(CancellationToken ct)
    {
        var text = await program.RunAsync(Directory.Exists(path) ? path : Environment.CurrentDirectory, program.Building(path), ct);
        try
        {
            return ManifestReader.Read(text);
        }
        catch (FormatException e)
        {
            throw new DeployException(
                "KustomizeFailed",
                FaultCategory.InvalidData,
                $"The output of the overlay {path} cannot be read: {e.Message}.",
                "Correct the overlay.")
            {
                Subject = path,
            };
        }
    }

    private JsonObject Find(IReadOnlyList<JsonObject> built, Target target)
    {
        var deployments = built.Where(one => one["kind"].Text() == ResourceKind.Deployments.Kind).ToList();
        var known = deployments.Select(one => one.At("metadata", "namespace").Text() is { } ns ? $"{ns}/{Name(one)}" : Name(one)).ToList();
        return deployments.Find(one => Name(one) == target.Deployment
            && (one.At("metadata", "namespace").Text() ?? target.Namespace) == target.Namespace)
            ?? throw new DeployException(
                "KustomizeNoDeployment",
                FaultCategory.ObjectNotFound,
                $"The overlay {path} builds no Deployment {target.Deployment} for namespace {target.Namespace}, but "
                    + $"{(known.Count == 0 ? "none at all" : string.Join(", ", known))}.",
                "Check 'kustomize.path', 'namespace' and 'deployment' of the target.")
            {
                Subject = path,
            };
    }

    private static string Name(JsonObject one) => one.At("metadata", "name").Text() ?? "";

    private static string Repository(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
