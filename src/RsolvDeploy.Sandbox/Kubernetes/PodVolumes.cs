using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The ConfigMaps and Secrets that a pod mounts.</summary>
internal static class PodVolumes
{
    /// <summary>A kubelet's message about the first volume whose object is missing; null when nothing is missing.</summary>
    public static string? Missing(JsonObject pod, ObjectStore store)
    {
        foreach (var volume in (pod.At("spec", "volumes") as JsonArray ?? []).OfType<JsonObject>())
        {
            var (name, kind) = volume.At("configMap", "name").Text() is { } map ? (map, KindInfo.ConfigMaps)
                : (volume.At("secret", "secretName").Text(), KindInfo.Secrets);
            if (name is null || store.Find(kind, pod.Namespace(), name) is not null) continue;
            var what = kind == KindInfo.ConfigMaps ? "configmap" : "secret";
            return $"MountVolume.SetUp failed for volume \"{volume.At("name").Text()}\" : {what} \"{name}\" not found";
        }

        return null;
    }
}
