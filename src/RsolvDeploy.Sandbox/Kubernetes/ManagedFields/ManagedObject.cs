using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.ManagedFields;

/// <summary>The managers of an object's fields, as the API server keeps them in <c>managedFields</c>.</summary>
internal static class ManagedObject
{
    /// <summary>Records a create or an update: what the manager changed is its own, and no longer that of others.</summary>
    public static JsonObject Update(KindInfo kind, JsonObject? before, JsonObject after, WriteOptions options)
    {
        var changed = Changed(before, after);
        var all = FieldTree.Paths(FieldTree.From(after));
        var gone = before is null ? [] : FieldTree.Paths(FieldTree.From(before)).Except(all).ToHashSet(StringComparer.Ordinal);
        var entries = new List<JsonObject>();
        JsonObject? own = null;
        foreach (var entry in Entries(after))
        {
            var isOwn = entry["manager"].Text() == options.Manager && entry["operation"].Text() == "Update";
            if (isOwn) own = entry;
            var left = FieldTree.Without(
                (JsonObject)entry["fieldsV1"]!, isOwn ? gone : gone.Union(changed).ToHashSet(StringComparer.Ordinal));
            if (left is null && !isOwn) continue;
            entry["fieldsV1"] = left ?? [];
            entries.Add(entry);
        }

        if (changed.Count > 0)
        {
            var fields = Only(FieldTree.From(after), changed);
            if (own is null) entries.Add(Entry(kind, options.Manager, "Update", fields));
            else own["fieldsV1"] = FieldTree.Union((JsonObject)own["fieldsV1"]!, fields);
            if (own is not null) own["time"] = Json.Stamp(DateTimeOffset.UtcNow);
        }

        return With(after, entries);
    }

    /// <summary>Applies a configuration: what the manager applied before and no longer does, and nobody else owns, is removed.</summary>
    /// <exception cref="ApiError">Other managers own fields that would change, and the apply is not forced.</exception>
    public static JsonObject Apply(KindInfo kind, JsonObject live, JsonObject applied, WriteOptions options)
    {
        if (applied.At("metadata", "managedFields") is not null)
            throw new ApiError(400, "BadRequest", "metadata.managedFields must be nil");
        var wanted = FieldTree.From(applied);
        var paths = FieldTree.Paths(wanted);
        var others = Entries(live).Where(entry => !IsApply(entry, options.Manager)).ToList();
        var before = Entries(live).FirstOrDefault(entry => IsApply(entry, options.Manager));
        var conflicts = (
            from entry in others
            from path in FieldTree.Paths(entry["fieldsV1"]).Intersect(paths)
            where !path.EndsWith("\n.", StringComparison.Ordinal)
                && !JsonNode.DeepEquals(FieldTree.Value(live, path), FieldTree.Value(applied, path))
            select (Manager: entry["manager"].Text()!, Path: path)).ToList();
        if (conflicts.Count > 0 && !options.Force) throw ApiError.ApplyConflict(kind, conflicts);

        var lost = conflicts.Select(conflict => conflict.Path).ToHashSet(StringComparer.Ordinal);
        var entries = new List<JsonObject>();
        foreach (var entry in others)
        {
            if (FieldTree.Without((JsonObject)entry["fieldsV1"]!, lost) is not { } left) continue;
            entry["fieldsV1"] = left;
            entries.Add(entry);
        }

        var merged = AppliedMerge.Apply(live.Copy(), applied.Copy());
        var kept = entries.SelectMany(entry => FieldTree.Paths(entry["fieldsV1"])).ToHashSet(StringComparer.Ordinal);
        Remove(
            merged,
            FieldTree.Paths(before?["fieldsV1"]).Where(path => !paths.Contains(path) && !kept.Contains(path)),
            [.. paths, .. kept]);
        var mine = Entry(kind, options.Manager, "Apply", wanted);
        // A repeated apply changes nothing, the time included.
        if (before is not null && JsonNode.DeepEquals(before["fieldsV1"], wanted)) mine = before;
        return With(merged, [mine, .. entries]);
    }

    private static void Remove(JsonObject item, IEnumerable<string> removed, IReadOnlyList<string> kept)
    {
        // Items first: what is in them goes with them.
        foreach (var path in removed
            .OrderByDescending(path => path.EndsWith("\n.", StringComparison.Ordinal))
            .ThenByDescending(path => path.Length))
        {
            var steps = path.Split('\n').Skip(1).ToList();
            var isItem = steps[^1] == ".";
            if (isItem)
            {
                var of = path[..^1];
                if (kept.Any(other => other.StartsWith(of, StringComparison.Ordinal))) continue;
                steps.RemoveAt(steps.Count - 1);
            }

            Remove(item, steps);
        }
    }

    private static void Remove(JsonObject item, List<string> steps)
    {
        JsonNode? parent = item;
        foreach (var step in steps.SkipLast(1)) parent = step[0] == 'f' ? parent.At(step[2..]) : FieldTree.Find(parent as JsonArray, step);
        if (parent is JsonObject members) members.Remove(steps[^1][2..]);
        else if (parent is JsonArray list && FieldTree.Find(list, steps[^1]) is { } found) list.Remove(found);
        // A map or list that its last owner emptied goes with it.
        if (parent is JsonObject { Count: 0 } or JsonArray { Count: 0 } && steps.Count > 2) Remove(item, steps[..^1]);
    }

    private static HashSet<string> Changed(JsonObject? before, JsonObject after) => FieldTree.Paths(FieldTree.From(after))
        .Where(path => before is null || (path.EndsWith("\n.", StringComparison.Ordinal)
            ? FieldTree.Value(before, path) is null
            : !JsonNode.DeepEquals(FieldTree.Value(before, path), FieldTree.Value(after, path))))
        .ToHashSet(StringComparer.Ordinal);

    private static JsonObject Only(JsonObject fields, HashSet<string> paths) =>
        FieldTree.Without(fields, FieldTree.Paths(fields).Except(paths).ToHashSet(StringComparer.Ordinal)) ?? [];

    private static bool IsApply(JsonObject entry, string manager) =>
        entry["manager"].Text() == manager && entry["operation"].Text() == "Apply";

    private static List<JsonObject> Entries(JsonObject item) =>
        [.. (item.At("metadata", "managedFields") as JsonArray ?? []).OfType<JsonObject>().Select(entry => entry.Copy())];

    private static JsonObject With(JsonObject item, List<JsonObject> entries)
    {
        if (entries.Count == 0) item.Object("metadata").Remove("managedFields");
        else item.Object("metadata")["managedFields"] = new JsonArray([.. entries.Select(entry => entry.Copy())]);
        return item;
    }

    private static JsonObject Entry(KindInfo kind, string manager, string operation, JsonObject fields) => new()
    {
        ["manager"] = manager,
        ["operation"] = operation,
        ["apiVersion"] = kind.ApiVersion,
        ["time"] = Json.Stamp(DateTimeOffset.UtcNow),
        ["fieldsType"] = "FieldsV1",
        ["fieldsV1"] = fields,
    };
}
