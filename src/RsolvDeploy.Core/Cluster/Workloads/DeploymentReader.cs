using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads what an update or a way back needs out of a Deployment.</summary>
internal static class DeploymentReader
{
    /// <summary>The container whose image is deployed: the configured one, or the only one.</summary>
    public static string Container(JsonObject deployment, Target target)
    {
        var names = PodReader.Containers(deployment.At("spec", "template")).Select(container => container["name"].Text() ?? "").ToList();
        if (target.Container is { } wanted)
        {
            return names.Contains(wanted) ? wanted : throw new DeployException("ContainerNotFound", FaultCategory.ObjectNotFound,
                $"The Deployment {target.Namespace}/{target.Deployment} has no container '{wanted}'.", $"Set 'container' of target {target.Name} to one of: {string.Join(", ", names)}.");
        }

        return names.Count == 1 ? names[0] : throw new DeployException("ContainerNotFound", FaultCategory.InvalidArgument,
            $"The Deployment {target.Namespace}/{target.Deployment} has {names.Count} containers: {string.Join(", ", names)}.", $"Say with 'container' of target {target.Name} which one is deployed.");
    }

    /// <summary>The configured containers and init containers that get the same image.</summary>
    public static IReadOnlyList<string> AlsoContainers(JsonObject deployment, Target target)
    {
        var names = PodReader.AllContainers(deployment.At("spec", "template")).Select(container => container["name"].Text()).ToList();
        return target.AlsoContainers.FirstOrDefault(name => !names.Contains(name)) is { } missing
            ? throw new DeployException("ContainerNotFound", FaultCategory.ObjectNotFound, $"The Deployment {target.Namespace}/{target.Deployment} has neither a container nor an init container '{missing}'.",
                $"Set 'alsoContainers' of target {target.Name} to some of: {string.Join(", ", names)}.")
            : target.AlsoContainers;
    }

    /// <summary>The image of a container or init container in a template; null when it is not there.</summary>
    public static string? Image(JsonNode? template, string container) =>
        PodReader.AllContainers(template).FirstOrDefault(one => one["name"].Text() == container).At("image").Text();

    /// <summary>The labels that the Deployment's pods and ReplicaSets carry, as a selector.</summary>
    public static string Selector(JsonObject deployment) =>
        string.Join(',', (deployment.At("spec", "selector", "matchLabels") as JsonObject ?? []).Select(label => $"{label.Key}={label.Value.Text()}"));

    /// <summary>An image and the revision it belongs to, for people.</summary>
    public static string Describe(string? image, long? revision) => revision is null ? image ?? "nothing" : $"{image} (revision {revision})";

    /// <summary>Refuses a paused Deployment: its controller would not roll anything.</summary>
    public static void RefusePaused(JsonObject deployment, Target target)
    {
        if (deployment.At("spec", "paused")?.GetValue<bool>() == true)
        {
            throw new DeployException("DeploymentPaused", FaultCategory.InvalidOperation, $"The Deployment {target.Namespace}/{target.Deployment} is paused, so nothing would be rolled out.",
                "Resume it (kubectl rollout resume), then try again.");
        }
    }
}
