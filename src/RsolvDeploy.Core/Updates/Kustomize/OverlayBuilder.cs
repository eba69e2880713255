using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>
/// Builds a kustomize overlay with the image set. The image is set in a temporary kustomization that has the overlay as its only resource,
/// so that the files of the overlay do not change.
/// </summary>
/// <param name="path">The folder of the overlay.</param>
/// <param name="program">The program that builds it.</param>
internal sealed class OverlayBuilder(string path, KustomizeProgram program)
{
    private const string File = "kustomization.yaml";

    /// <summary>Builds the objects of the overlay, with the image in each of the containers.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>, <c>KustomizeFailed</c>, <c>KustomizeNoDeployment</c>,
    /// <c>KustomizeImageNotSet</c>.</exception>
    public async Task<IReadOnlyList<JsonObject>> BuildAsync(
        string deployment, IReadOnlyList<string> containers, string image, CancellationToken ct)
    {
        var plain = await ReadAsync(path, ct);
        var names = containers.Select(name => ImageName(Find(plain, deployment), name)).Distinct(StringComparer.Ordinal).ToList();
        var folder = Directory.CreateTempSubdirectory("rsolv-kustomize-").FullName;
        try
        {
            await SetImagesAsync(folder, names, image, ct);
            var built = await ReadAsync(folder, ct);
            foreach (var name in containers)
            {
                if (PodTemplate.Image(Find(built, deployment).At("spec", "template"), name) is var set && set != image)
                {
                    throw new DeployException(
                        "KustomizeImageNotSet",
                        FaultCategory.InvalidData,
                        $"The overlay {path} sets image {set} on container {name} instead of {image}.",
                        "Remove the patch or replacement in the overlay that sets the image.")
                    {
                        Subject = path,
                    };
                }
            }

            return built;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The kinds of objects that an update of the target applies, each once.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>, <c>KustomizeFailed</c>.</exception>
    public async Task<IReadOnlyList<ResourceKind>> KindsAsync(Target target, CancellationToken ct) =>
        [.. OverlaySelection.From(await ReadAsync(path, ct), target).Applied.Select(one => one.Kind).Distinct()];

    private async Task SetImagesAsync(string folder, List<string> names, string image, CancellationToken ct)
    {
        // kustomize rejects absolute paths of bases.
        var kustomization = new JsonObject
        {
            ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
            ["kind"] = "Kustomization",
            ["resources"] = new JsonArray(Path.GetRelativePath(RealPath(folder), RealPath(path)).Replace('\\', '/')),
        };
        if (!program.Edits) kustomization["images"] = new JsonArray([.. names.Select(name => Entry(name, image))]);
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, File), kustomization.ToJsonString(), new UTF8Encoding(false), ct);
        if (program.Edits) await program.RunAsync(folder, ["edit", "set", "image", .. names.Select(name => $"{name}={image}")], ct);
    }

    private static JsonObject Entry(string name, string image) => image.Split('@') is [var repository, var digest]
        ? new JsonObject { ["name"] = name, ["newName"] = repository, ["digest"] = digest }
        : new JsonObject
        {
            ["name"] = name,
            ["newName"] = image[..image.LastIndexOf(':')],
            ["newTag"] = image[(image.LastIndexOf(':') + 1)..],
        };

    private async Task<IReadOnlyList<JsonObject>> ReadAsync(string folder, CancellationToken ct)
    {
        var text = await program.RunAsync(Directory.Exists(folder) ? folder : Environment.CurrentDirectory, program.Building(folder), ct);
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

    private JsonObject Find(IReadOnlyList<JsonObject> built, string deployment) =>
        built.FirstOrDefault(one => one["kind"].Text() == "Deployment" && one.At("metadata", "name").Text() == deployment)
        ?? throw new DeployException(
            "KustomizeNoDeployment",
            FaultCategory.ObjectNotFound,
            $"The overlay {path} builds no Deployment {deployment}.",
            "Check 'kustomize.path' and 'deployment' of the target.")
        {
            Subject = path,
        };

    // A kustomization names images without tag and digest.
    private string ImageName(JsonObject deployment, string container)
    {
        var image = PodTemplate.Image(deployment.At("spec", "template"), container)
            ?? throw new DeployException(
                "ContainerNotFound",
                FaultCategory.ObjectNotFound,
                $"The Deployment {deployment.At("metadata", "name").Text()} in the overlay {path} has no container {container}.",
                "Check 'container' and 'alsoContainers' of the target.")
            {
                Subject = path,
            };
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    // kustomize follows symbolic links before it compares paths.
    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        foreach (var part in Path.GetFullPath(path)[real.Length..].Split(
            Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(real, returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }
}
