using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The ConfigMaps and Secrets that a pod's environment refers to.</summary>
internal static class PodReferences
{
    /// <summary>A kubelet's message about the first missing ConfigMap, Secret or key; null when nothing is missing.</summary>
    public static string? Missing(JsonObject pod, ObjectStore store)
    {
        foreach (var container in (pod.At("spec", "containers") as JsonArray ?? []).OfType<JsonObject>())
        {
            var whole = (container["envFrom"] as JsonArray ?? [])
                .Select(one => (Reference: one.At("configMapRef") ?? one.At("secretRef"), IsSecret: one.At("secretRef") is not null));
            var single = (container["env"] as JsonArray ?? [])
                .Select(one => one.At("valueFrom"))
                .Select(one =>
                    (Reference: one.At("configMapKeyRef") ?? one.At("secretKeyRef"), IsSecret: one.At("secretKeyRef") is not null));
            foreach (var (reference, isSecret) in whole.Concat(single))
            {
                if (reference is not null
                    && reference.At("optional")?.GetValue<bool>() != true
                    && Missing(pod.Namespace(), reference, isSecret, store) is { } missing)
                {
                    return missing;
                }
            }
        }

        return null;
    }

    private static string? Missing(string ns, JsonNode reference, bool isSecret, ObjectStore store)
    {
        var name = reference.At("name").Text() ?? "";
        var found = store.Find(isSecret ? KindInfo.Secrets : KindInfo.ConfigMaps, ns, name);
        if (found is null) return $"{(isSecret ? "secret" : "configmap")} \"{name}\" not found";
        return reference.At("key").Text() is not { } key || found.At("data", key) is not null || found.At("binaryData", key) is not null
            ? null
            : $"couldn't find key {key} in {(isSecret ? "Secret" : "ConfigMap")} {ns}/{name}";
    }
}
