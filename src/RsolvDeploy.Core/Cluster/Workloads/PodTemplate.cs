using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>The containers of a pod template that is compared, patched or written, and so stays JSON.</summary>
internal static class PodTemplate
{
    private const string HashLabel = "pod-template-hash";

    /// <summary>The pod template of a workload as the API server returned it; of a CronJob the one of its jobs.</summary>
    public static JsonNode? Of(JsonNode? workload) =>
        IsCronJob(workload) ? workload.At("spec", "jobTemplate", "spec", "template") : workload.At("spec", "template");

    /// <summary>
    /// A copy that can be compared. Servers before 1.34 write a <c>creationTimestamp</c> of null into every template, and controllers
    /// still store one.
    /// </summary>
    public static JsonObject Comparable(JsonNode template)
    {
        var copy = (JsonObject)template.DeepClone();
        if (copy["metadata"] is JsonObject metadata && metadata.TryGetPropertyValue("creationTimestamp", out var stamp) && stamp is null)
            metadata.Remove("creationTimestamp");
        return copy;
    }

    /// <summary>A copy that can be compared, without the label that the controller of a Deployment adds for a ReplicaSet.</summary>
    public static JsonObject Clean(JsonNode template)
    {
        var clean = Comparable(template);
        (clean.At("metadata", "labels") as JsonObject)?.Remove(HashLabel);
        return clean;
    }

    /// <summary>The JSON pointer to the pod template of a workload (RFC 6901).</summary>
    public static string PathOf(JsonNode? workload) => IsCronJob(workload) ? "/spec/jobTemplate/spec/template" : "/spec/template";

    /// <summary>The specification of a workload, as a patch, in which only the pod template stands.</summary>
    public static JsonObject SpecWith(JsonNode? workload, JsonObject template)
    {
        var spec = new JsonObject { ["template"] = template };
        return IsCronJob(workload) ? new JsonObject { ["jobTemplate"] = new JsonObject { ["spec"] = spec } } : spec;
    }

    /// <summary>The containers.</summary>
    public static IReadOnlyList<JsonObject> Containers(JsonNode? template) => List(template, "containers");

    /// <summary>The containers, then the init containers.</summary>
    public static IReadOnlyList<JsonObject> AllContainers(JsonNode? template) =>
        [.. Containers(template), .. List(template, "initContainers")];

    /// <summary>The image of a container or init container; null when it is not there.</summary>
    public static string? Image(JsonNode? template, string container) =>
        AllContainers(template).FirstOrDefault(one => one["name"].Text() == container).At("image").Text();

    private static bool IsCronJob(JsonNode? workload) => workload.At("kind").Text() == "CronJob";

    private static IReadOnlyList<JsonObject> List(JsonNode? template, string list) =>
        [.. template.At("spec", list).Objects()];
}
