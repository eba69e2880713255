using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>The pod template of a release, without what the controller adds and what a restart changes.</summary>
internal static class ReleaseTemplate
{
    /// <summary>The annotation that kubectl sets to restart pods.</summary>
    public const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    // What tools write to restart pods, beside every annotation named restartedAt; it makes no other release.
    private static readonly string[] Restarts =
    [
        "cattle.io/timestamp", "keel.sh/update-time", "reloader.stakater.com/last-reloaded-from", "rollme", "wave.pusher.com/config-hash",
    ];

    // Reloader notes the hash of a ConfigMap or Secret that changed in a variable, so that the pods restart.
    private const string ReloaderPrefix = "STAKATER_";

    /// <summary>Whether two templates are the same release: a restart alone makes no other one.</summary>
    public static bool IsSame(JsonNode one, JsonNode other) => JsonNode.DeepEquals(WithoutRestarts(one), WithoutRestarts(other));

    /// <summary>A copy without what the controller adds and without what tools write to restart pods.</summary>
    public static JsonObject WithoutRestarts(JsonNode template)
    {
        var clean = PodTemplate.Clean(template);
        foreach (var container in PodTemplate.AllContainers(clean)) RemoveReloaderVariables(container);
        if (clean.At("metadata", "annotations") is not JsonObject annotations) return clean;
        foreach (var restart in annotations.Select(one => one.Key).Where(IsRestart).ToList()) annotations.Remove(restart);
        if (annotations.Count == 0) ((JsonObject)clean["metadata"]!).Remove("annotations");
        return clean;
    }

    private static bool IsRestart(string annotation)
    {
        if (Restarts.Contains(annotation, StringComparer.Ordinal)) return true;
        var name = annotation[(annotation.LastIndexOf('/') + 1)..].Replace("-", "", StringComparison.Ordinal);
        return name.Equals("restartedAt", StringComparison.OrdinalIgnoreCase);
    }

    private static void RemoveReloaderVariables(JsonObject container)
    {
        if (container["env"] is not JsonArray variables) return;
        foreach (var variable in variables.Where(IsOfReloader).ToList()) variables.Remove(variable);
        if (variables.Count == 0) container.Remove("env");
    }

    private static bool IsOfReloader(JsonNode? variable) => variable.At("name").Text() is { } name
        && name.StartsWith(ReloaderPrefix, StringComparison.Ordinal)
        && (name.EndsWith("_CONFIGMAP", StringComparison.Ordinal) || name.EndsWith("_SECRET", StringComparison.Ordinal));
}
