using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>
/// Reads what an update or a rollback needs out of a Deployment. A step that writes the Deployment holds it as JSON; for these steps each
/// reader takes the JSON too.
/// </summary>
internal static class DeploymentReader
{
    /// <summary>The container whose image is deployed: the configured one, or the only one.</summary>
    /// <exception cref="DeployException"><c>ContainerNotFound</c></exception>
    public static string Container(V1Deployment deployment, Target target) =>
        Container((Spec(deployment)?.Containers ?? []).Select(container => container.Name), target);

    private static string Container(IEnumerable<string> containers, Target target)
    {
        var names = containers.ToList();
        if (target.Container is { } wanted)
        {
            return names.Contains(wanted) ? wanted : throw new DeployException("ContainerNotFound", FaultCategory.ObjectNotFound,
                $"The {target.Main.Kind} {target.Namespace}/{target.Deployment} has no container '{wanted}'.",
                $"Set 'container' of target {target.Name} to one of: {string.Join(", ", names)}.");
        }

        return names.Count == 1 ? names[0] : throw new DeployException("ContainerNotFound", FaultCategory.InvalidArgument,
            $"The {target.Main.Kind} {target.Namespace}/{target.Deployment} has {names.Count} containers: {string.Join(", ", names)}.",
            $"Set 'container' of target {target.Name} to the one that is deployed.");
    }

    /// <inheritdoc cref="Container(V1Deployment, Target)"/>
    public static string Container(JsonObject deployment, Target target) =>
        Container(PodTemplate.Containers(PodTemplate.Of(deployment)).Select(one => one["name"].Text() ?? ""), target);

    /// <summary>The configured containers and init containers that get the same image.</summary>
    /// <exception cref="DeployException"><c>ContainerNotFound</c></exception>
    public static IReadOnlyList<string> AlsoContainers(JsonObject deployment, Target target)
    {
        var names = PodTemplate.AllContainers(PodTemplate.Of(deployment)).Select(container => container["name"].Text() ?? "").ToList();
        return target.AlsoContainers.FirstOrDefault(name => !names.Contains(name)) is { } missing
            ? throw new DeployException("ContainerNotFound", FaultCategory.ObjectNotFound,
                $"The {target.Main.Kind} {target.Namespace}/{target.Deployment} has neither a container nor an init container '{missing}'.",
                $"Set 'alsoContainers' of target {target.Name} to some of: {string.Join(", ", names)}.")
            : target.AlsoContainers;
    }

    /// <summary>The containers, then the init containers.</summary>
    public static IEnumerable<V1Container> AllContainers(V1Deployment deployment) => AllContainers(Spec(deployment));

    /// <summary>The image of a container or init container of a pod; null when it is not there.</summary>
    public static string? Image(V1PodSpec? spec, string container) =>
        AllContainers(spec).FirstOrDefault(one => one.Name == container)?.Image;

    /// <summary>
    /// The labels and expressions that the Deployment's pods and ReplicaSets match, as the API reads a selector. It limits what is read;
    /// which pods belong to the Deployment is a question of their owner (<see cref="OwnedPods"/>).
    /// </summary>
    public static string Selector(V1Deployment deployment) => LabelSelectorText.From(deployment.Spec?.Selector);

    /// <inheritdoc cref="Selector(V1Deployment)"/>
    public static string Selector(JsonObject deployment) => Selector(deployment.ReadAs<V1Deployment>());

    /// <summary>The revision that the controller gave a Deployment or ReplicaSet; null until it has.</summary>
    public static long? Revision(IMetadata<V1ObjectMeta> item) =>
        long.TryParse(item.GetAnnotation(DeploymentAnnotations.Revision), CultureInfo.InvariantCulture, out var revision) ? revision : null;

    /// <inheritdoc cref="Revision(IMetadata{V1ObjectMeta})"/>
    public static long? Revision(JsonObject deployment) => Revision(deployment.ReadAs<V1Deployment>());

    /// <summary>The generation of the specification; 0 when the object has none.</summary>
    public static long Generation(JsonObject deployment) => deployment.At("metadata", "generation")?.GetValue<long>() ?? 0;

    /// <summary>The generation that the controller has seen; 0 before the first.</summary>
    public static long ObservedGeneration(JsonObject deployment) => deployment.ReadAs<V1Deployment>().Status?.ObservedGeneration ?? 0;

    /// <summary>An image and the revision it belongs to, for people.</summary>
    public static string Describe(string? image, long? revision) =>
        revision is null ? image ?? "nothing" : $"{image} (revision {revision})";

    /// <summary>Refuses a paused Deployment: its controller would not roll out anything.</summary>
    /// <exception cref="DeployException"><c>DeploymentPaused</c></exception>
    public static void RefusePaused(JsonObject deployment, Target target)
    {
        if (deployment.ReadAs<V1Deployment>().Spec?.Paused != true) return;
        throw new DeployException("DeploymentPaused", FaultCategory.InvalidOperation,
            $"The Deployment {target.Namespace}/{target.Deployment} is paused, so nothing would be rolled out.",
            "Resume it (kubectl rollout resume), then try again.");
    }

    private static IEnumerable<V1Container> AllContainers(V1PodSpec? spec) => (spec?.Containers ?? []).Concat(spec?.InitContainers ?? []);

    private static V1PodSpec? Spec(V1Deployment deployment) => deployment.Spec?.Template?.Spec;
}
