using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>
/// Builds a kustomize overlay with the image set. The image is set in a kustomization of its own in a temporary folder that has the overlay as its only
/// resource, so that nothing of the operator's tree changes.
/// </summary>
internal static class Overlay
{
    private const string File = "kustomization.yaml";

    /// <summary>The objects of the overlay, with the image in each of the containers.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>, <c>KustomizeFailed</c>, <c>KustomizeNoDeployment</c>, <c>KustomizeImageNotSet</c>.</exception>
    public static async Task<IReadOnlyList<JsonObject>> BuildAsync(string path, string deployment, IReadOnlyList<string> containers, string image, KustomizeProgram program, CancellationToken ct)
    {
        var plain = await ReadAsync(program, path, path, ct);
        var names = containers.Select(name => ImageName(For(plain, deployment, path), name, path)).Distinct(StringComparer.Ordinal).ToList();
        var folder = Directory.CreateTempSubdirectory("rsolv-kustomize-").FullName;
        try
        {
            await SetImagesAsync(program, folder, RealPath(path), names, image, ct);
            var built = await ReadAsync(program, folder, path, ct);
            foreach (var name in containers)
            {
                if (PodTemplate.Image(For(built, deployment, path).At("spec", "template"), name) is var set && set != image)
                    throw new DeployException("KustomizeImageNotSet", FaultCategory.InvalidData, $"The overlay {path} still gives container {name} the image {set} after it was set to {image}.", "See whether the overlay sets the image by a patch or a replacement of its own.") { Subject = path };
            }

            return built;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The kinds that applying the overlay writes, each once.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>, <c>KustomizeFailed</c>.</exception>
    public static async Task<IReadOnlyList<ResourceKind>> KindsAsync(string path, Target target, CancellationToken ct) =>
        [.. OverlayApply.Choose(await ReadAsync(KustomizeProgram.Find(), path, path, ct), target).Applied.Select(one => one.Kind).Distinct()];

    private static async Task SetImagesAsync(KustomizeProgram program, string folder, string overlay, List<string> names, string image, CancellationToken ct)
    {
        // kustomize refuses absolute paths of bases.
        var kustomization = new JsonObject { ["apiVersion"] = "kustomize.config.k8s.io/v1beta1", ["kind"] = "Kustomization", ["resources"] = new JsonArray(Path.GetRelativePath(RealPath(folder), overlay).Replace('\\', '/')) };
        if (!program.Edits) kustomization["images"] = new JsonArray([.. names.Select(name => Entry(name, image))]);
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, File), kustomization.ToJsonString(), new UTF8Encoding(false), ct);
        if (program.Edits) await program.RunAsync(folder, ["edit", "set", "image", .. names.Select(name => $"{name}={image}")], ct);
    }

    private static JsonObject Entry(string name, string image) => image.Split('@') is [var repository, var digest]
        ? new JsonObject { ["name"] = name, ["newName"] = repository, ["digest"] = digest }
        : new JsonObject { ["name"] = name, ["newName"] = image[..image.LastIndexOf(':')], ["newTag"] = image[(image.LastIndexOf(':') + 1)..] };

    private static async Task<IReadOnlyList<JsonObject>> ReadAsync(KustomizeProgram program, string folder, string path, CancellationToken ct)
    {
        var text = await program.RunAsync(Directory.Exists(folder) ? folder : Environment.CurrentDirectory, program.Building(folder), ct);
        try
        {
            return ManifestReader.Read(text);
        }
        catch (FormatException e)
        {
            throw new DeployException("KustomizeFailed", FaultCategory.InvalidData, $"What the overlay {path} builds cannot be read: {e.Message}.", "Correct the overlay.") { Subject = path };
        }
    }

    private static JsonObject For(IReadOnlyList<JsonObject> built, string deployment, string path) =>
        built.FirstOrDefault(one => one["kind"].Text() == "Deployment" && one.At("metadata", "name").Text() == deployment)
        ?? throw new DeployException("KustomizeNoDeployment", FaultCategory.ObjectNotFound, $"The overlay {path} builds no Deployment {deployment}.", "Check 'kustomize.path' and 'deployment' of the target.") { Subject = path };

    // Without tag and digest: that is what the images of a kustomization are named by.
    private static string ImageName(JsonObject deployment, string container, string path)
    {
        var image = PodTemplate.Image(deployment.At("spec", "template"), container)
            ?? throw new DeployException("ContainerNotFound", FaultCategory.ObjectNotFound, $"The overlay {path} gives {deployment.At("metadata", "name").Text()} no container {container}.", "Check 'container' and 'alsoContainers' of the target.") { Subject = path };
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    // kustomize follows symbolic links before it compares paths.
    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        foreach (var part in Path.GetFullPath(path)[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(real, returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }
}
