using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.Patches;

/// <summary>
/// Strategic merge: like a JSON merge patch, but lists of objects are merged by their key (Kubernetes, "Strategic Merge Patch").
/// </summary>
internal static class StrategicMerge
{
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["volumes"] = "name",
        ["env"] = "name",
        ["imagePullSecrets"] = "name",
        ["volumeMounts"] = "mountPath",
        ["ownerReferences"] = "uid",
        ["hostAliases"] = "ip",
    };

    public static JsonObject Apply(JsonObject item, JsonObject patch)
    {
        if (patch["$patch"].Text() == "replace")
        {
            var replaced = patch.Copy();
            replaced.Remove("$patch");
            return replaced;
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith('$')) continue;
            if (value is null) item.Remove(name);
            else if (value is JsonObject inner && item[name] is JsonObject mine) item[name] = Apply(mine.Copy(), inner);
            else if (value is JsonArray added && item[name] is JsonArray list && KeyOf(name, added) is { } key)
                item[name] = Merge(list, added, key);
            else item[name] = value.DeepClone();
        }

        return item;
    }

    private static JsonArray Merge(JsonArray list, JsonArray added, string key)
    {
        var merged = list.OfType<JsonObject>().Select(one => one.Copy()).ToList();
        foreach (var one in added.OfType<JsonObject>())
        {
            var index = merged.FindIndex(known => JsonNode.DeepEquals(known[key], one[key]));
            if (one["$patch"].Text() == "delete")
            {
                if (index >= 0) merged.RemoveAt(index);
            }
            else if (index >= 0)
            {
                merged[index] = Apply(merged[index], one);
            }
            else
            {
                merged.Add(one.Copy());
            }
        }

        return new JsonArray([.. merged]);
    }

    // Ports of containers and of services have different keys.
    private static string? KeyOf(string name, JsonArray items) => name == "ports"
        ? items.FirstOrDefault().At("containerPort") is not null ? "containerPort" : "port"
        : Keys.GetValueOrDefault(name);
}
