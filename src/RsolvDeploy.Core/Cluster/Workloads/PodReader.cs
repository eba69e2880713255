using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads what matters out of pods and pod templates.</summary>
internal static class PodReader
{
    public static IReadOnlyList<JsonObject> Containers(JsonNode? template) => [.. (template.At("spec", "containers") as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>Containers and init containers.</summary>
    public static IReadOnlyList<JsonObject> AllContainers(JsonNode? template) => [.. Containers(template), .. (template.At("spec", "initContainers") as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>The digest reference that a container or init container runs; null before its start.</summary>
    public static string? ImageId(JsonNode pod, string container) =>
        Statuses(pod, "containerStatuses").Concat(Statuses(pod, "initContainerStatuses")).FirstOrDefault(status => status["name"].Text() == container).At("imageID").Text();

    public static IReadOnlyList<JsonObject> Statuses(JsonNode pod, string list) => [.. (pod.At("status", list) as JsonArray ?? []).OfType<JsonObject>()];

    public static string Name(JsonNode pod) => pod.At("metadata", "name").Text() ?? "";

    public static JsonNode? Condition(JsonNode pod, string type) =>
        (pod.At("status", "conditions") as JsonArray ?? []).FirstOrDefault(condition => condition.At("type").Text() == type);

    public static bool IsReady(JsonNode pod) => Condition(pod, "Ready").At("status").Text() == "True";

    public static PodState StateOf(JsonNode pod, string container)
    {
        var statuses = Statuses(pod, "containerStatuses");
        var waiting = Statuses(pod, "initContainerStatuses").Concat(statuses)
            .Select(status => status.At("state", "waiting", "reason").Text())
            .FirstOrDefault(reason => reason is not (null or "ContainerCreating" or "PodInitializing"));
        var phase = pod.At("metadata", "deletionTimestamp") is not null ? "Terminating" : waiting ?? pod.At("status", "phase").Text() ?? "Unknown";
        var image = statuses.FirstOrDefault(status => status["name"].Text() == container).At("imageID").Text();
        return new PodState(
            Name(pod), phase, IsReady(pod), statuses.Sum(status => status["restartCount"].Number() ?? 0), pod.At("spec", "nodeName").Text(), string.IsNullOrEmpty(image) ? null : image);
    }
}
