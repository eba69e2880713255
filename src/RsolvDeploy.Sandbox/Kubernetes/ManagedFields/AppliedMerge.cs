using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.ManagedFields;

/// <summary>
/// Merges an applied configuration into an object by the keys of server-side apply: the ports of one number differ by their protocol, which
/// a strategic merge does not know.
/// </summary>
internal static class AppliedMerge
{
    public static JsonObject Apply(JsonObject item, JsonObject applied)
    {
        foreach (var (name, value) in applied)
        {
            if (value is null) item.Remove(name);
            else if (value is JsonObject inner && item[name] is JsonObject mine && !FieldSchema.IsAtomic(name))
                item[name] = Apply(mine.Copy(), inner);
            else if (value is JsonArray added && item[name] is JsonArray list && FieldSchema.KeysOf(name, added) is { } keys)
                item[name] = Merge(list, added, keys);
            else item[name] = value.DeepClone();
        }

        return item;
    }

    private static JsonArray Merge(JsonArray list, JsonArray added, string[] keys)
    {
        var merged = (JsonArray)list.DeepClone();
        foreach (var one in added.OfType<JsonObject>())
        {
            if (FieldTree.Find(merged, FieldSchema.NameOf(one, keys)) is not JsonObject known) merged.Add(one.Copy());
            else merged[merged.IndexOf(known)] = Apply(known.Copy(), one);
        }

        return merged;
    }
}
