using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Who wrote which key of a ConfigMap or Secret, as the API server records it in <c>managedFields</c>.</summary>
internal static class ManagedFields
{
    /// <summary>Records the keys that a write changed.</summary>
    /// <param name="before">The object before; null when it is created.</param>
    /// <param name="after">The object after.</param>
    /// <param name="manager">Who wrote.</param>
    public static JsonObject Record(JsonObject? before, JsonObject after, string manager)
    {
        var entries = (before.At("metadata", "managedFields") as JsonArray ?? []).Select(entry => (JsonObject)entry!.DeepClone()).ToList();
        var changed = new JsonObject();
        var any = false;
        foreach (var part in (string[])["data", "binaryData"])
        {
            var (old, now) = (before.At(part) as JsonObject ?? [], after[part] as JsonObject ?? []);
            var keys = old.Concat(now).Select(one => one.Key).Distinct().Where(key => !JsonNode.DeepEquals(old[key], now[key])).ToList();
            any |= keys.Count > 0;
            foreach (var entry in entries)
                foreach (var key in keys) (entry.At("fieldsV1", $"f:{part}") as JsonObject)?.Remove($"f:{key}");
            var set = keys.Where(now.ContainsKey).Select(key => KeyValuePair.Create($"f:{key}", (JsonNode?)new JsonObject())).ToList();
            if (set.Count > 0) changed[$"f:{part}"] = new JsonObject(set);
        }

        // A write that changes nothing leaves the times as they are.
        after.Object("metadata")["managedFields"] = new JsonArray([.. entries.Select(entry => entry.DeepClone())]);
        if (!any) return after;
        var mine = entries.Find(entry => entry["manager"].Text() == manager);
        if (mine is null)
        {
            mine = new JsonObject
            {
                ["manager"] = manager,
                ["operation"] = "Update",
                ["apiVersion"] = "v1",
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = new JsonObject(),
            };
            entries.Add(mine);
        }

        mine["time"] = Json.Stamp(DateTimeOffset.UtcNow);
        foreach (var (part, keys) in changed)
        {
            foreach (var (key, _) in (JsonObject)keys!) mine.Object("fieldsV1").Object(part)[key] = new JsonObject();
        }

        after.Object("metadata")["managedFields"] = new JsonArray([.. entries]);
        return after;
    }

    /// <summary>Whether the fields of a kind are recorded.</summary>
    public static bool AreRecorded(KindInfo kind) => kind == KindInfo.ConfigMaps || kind == KindInfo.Secrets;
}
