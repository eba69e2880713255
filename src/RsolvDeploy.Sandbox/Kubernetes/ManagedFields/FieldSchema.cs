using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.ManagedFields;

/// <summary>How lists and maps of the served kinds are merged (Kubernetes, "Merge strategy").</summary>
internal static class FieldSchema
{
    private static readonly Dictionary<string, string[]> ListKeys = new(StringComparer.Ordinal)
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["volumes"] = ["name"],
        ["env"] = ["name"],
        ["imagePullSecrets"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],
        ["ownerReferences"] = ["uid"],
        ["hostAliases"] = ["ip"],
        ["topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
    };

    private static readonly HashSet<string> AtomicMaps = new(StringComparer.Ordinal)
    {
        "selector", "nodeSelector", "labelSelector", "configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "scaleTargetRef",
    };

    /// <summary>The keys of a list's items; null for a list that is replaced as a whole.</summary>
    public static string[]? KeysOf(string list, JsonArray items) => list == "ports"
        ? [items.FirstOrDefault().At("containerPort") is not null ? "containerPort" : "port", "protocol"]
        : ListKeys.GetValueOrDefault(list);

    /// <summary>Whether a map is replaced as a whole.</summary>
    public static bool IsAtomic(string map) => AtomicMaps.Contains(map);

    /// <summary>The keys of an item, as <c>fieldsV1</c> names it.</summary>
    public static string NameOf(JsonNode? item, string[] keys) => $"k:{new JsonObject(keys.Select(key =>
        KeyValuePair.Create(key, item.At(key)?.DeepClone() ?? (key == "protocol" ? "TCP" : null)))).ToJsonString()}";
}
