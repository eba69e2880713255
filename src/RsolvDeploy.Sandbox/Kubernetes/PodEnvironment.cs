using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>What a careless program prints: its environment.</summary>
internal static class PodEnvironment
{
    public static IEnumerable<string> Lines(JsonObject pod, ObjectStore store)
    {
        var container = pod.At("spec")?["containers"]?[0] as JsonObject ?? [];
        foreach (var variable in container["env"] as JsonArray ?? [])
            yield return $"{variable.At("name").Text()}={variable.At("value").Text() ?? Referenced(pod, variable, store)}";
        foreach (var source in container["envFrom"] as JsonArray ?? [])
        {
            foreach (var (key, value) in Data(pod, source, store))
                yield return $"connected to {key} with {value}";
        }
    }

    private static string Referenced(JsonObject pod, JsonNode? variable, ObjectStore store) =>
        variable.At("valueFrom", "secretKeyRef") is { } reference && reference.At("key").Text() is { } key
            ? Decoded(store.Find(KindInfo.Secrets, pod.Namespace(), reference.At("name").Text() ?? "").At("data", key))
            : "";

    private static IEnumerable<(string Key, string Value)> Data(JsonObject pod, JsonNode? source, ObjectStore store) =>
        source.At("secretRef", "name").Text() is { } name
            ? (store.Find(KindInfo.Secrets, pod.Namespace(), name).At("data") as JsonObject ?? [])
                .Select(entry => (entry.Key, Decoded(entry.Value)))
            : [];

    private static string Decoded(JsonNode? value) => Encoding.UTF8.GetString(Convert.FromBase64String(value.Text() ?? ""));
}
