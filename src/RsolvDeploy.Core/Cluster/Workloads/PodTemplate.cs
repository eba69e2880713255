using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>The containers of a pod template that is compared, patched or written, and so stays JSON.</summary>
internal static class PodTemplate
{
    /// <summary>The containers.</summary>
    public static IReadOnlyList<JsonObject> Containers(JsonNode? template) => List(template, "containers");

    /// <summary>The containers, then the init containers.</summary>
    public static IReadOnlyList<JsonObject> AllContainers(JsonNode? template) =>
        [.. Containers(template), .. List(template, "initContainers")];

    /// <summary>The image of a container or init container; null when it is not there.</summary>
    public static string? Image(JsonNode? template, string container) =>
        AllContainers(template).FirstOrDefault(one => one["name"].Text() == container).At("image").Text();

    private static IReadOnlyList<JsonObject> List(JsonNode? template, string list) =>
        [.. (template.At("spec", list) as JsonArray ?? []).OfType<JsonObject>()];
}
