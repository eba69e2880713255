using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>The pod template of a release, without what the controller adds and what a restart changes.</summary>
internal static class ReleaseTemplate
{
    /// <summary>The annotation that kubectl sets to restart pods.</summary>
    public const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    // What tools write to restart pods; it makes no other release.
    private static readonly string[] Restarts = [RestartedAt, "cattle.io/timestamp"];

    /// <summary>Whether two templates are the same release: a restart alone makes no other one.</summary>
    public static bool IsSame(JsonNode one, JsonNode other) => JsonNode.DeepEquals(WithoutRestarts(one), WithoutRestarts(other));

    /// <summary>A copy without what the controller adds and without the annotations of restarts.</summary>
    public static JsonObject WithoutRestarts(JsonNode template)
    {
        var clean = PodTemplate.Clean(template);
        if (clean.At("metadata", "annotations") is not JsonObject annotations) return clean;
        foreach (var restart in Restarts) annotations.Remove(restart);
        if (annotations.Count == 0) ((JsonObject)clean["metadata"]!).Remove("annotations");
        return clean;
    }
}
