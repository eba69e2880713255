using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Ownership;

/// <summary>
/// Moves the fields that kubectl's client-side apply wrote to the server-side apply of this module, as
/// <c>kubectl apply --server-side</c> does since 1.26. Until then two managers own them, and what leaves the configuration stays.
/// </summary>
/// <remarks>
/// The fields of the pod template and the data that this module wrote by a patch move too: an image update and a rollback write by patches.
/// </remarks>
internal sealed class ApplyMigration
{
    private readonly JsonObject _live;
    private readonly IReadOnlyList<FieldOwner> _owners;
    private readonly List<FieldOwner> _moved;

    private ApplyMigration(JsonObject live)
    {
        _live = live;
        _owners = FieldOwner.From(live);
        // The fields of another version of the kind may be named in another way; kubectl leaves them too.
        _moved = [.. _owners.Where(owner => (owner.IsClientSideApply || OwnPatch(owner).Count > 0)
            && JsonNode.DeepEquals(owner.Entry["apiVersion"], live["apiVersion"]))];
    }

    /// <summary>The migration of an object; null when there is nothing to move.</summary>
    public static ApplyMigration? For(JsonObject? live) =>
        live is not null && new ApplyMigration(live) is { _moved.Count: > 0 } needed ? needed : null;

    /// <summary>The managers whose fields move.</summary>
    public IEnumerable<string> Managers => _moved.Select(owner => owner.Manager).Distinct();

    /// <summary>The patch that moves them; the API server rejects it when the object has changed since.</summary>
    public JsonArray Patch() =>
    [
        new JsonObject { ["op"] = "replace", ["path"] = "/metadata/managedFields", ["value"] = Migrated() },
        // Replacing the version instead of testing it makes the API server answer 409 and not 422.
        new JsonObject
        {
            ["op"] = "replace",
            ["path"] = "/metadata/resourceVersion",
            ["value"] = _live.At("metadata", "resourceVersion")?.DeepClone(),
        },
    ];

    /// <summary>Removes from an object what an apply removes once the fields have moved.</summary>
    /// <param name="merged">The object with the configuration merged into it.</param>
    /// <param name="preview">The manager that merged it in a dry run; it owns what the configuration has.</param>
    public JsonObject Prune(JsonObject merged, string preview)
    {
        var pruned = (JsonObject)merged.DeepClone();
        var kept = FieldOwner.From(merged)
            .Where(owner => !IsMoved(owner) || owner.Manager == preview)
            .SelectMany(owner => FieldPaths.All(owner.Fields))
            .ToList();
        var names = kept.Select(FieldPaths.Key).ToHashSet(StringComparer.Ordinal);
        // Items first: what is in them goes with them.
        foreach (var path in FieldPaths.All(Fields())
            .Where(path => !names.Contains(FieldPaths.Key(path)))
            .OrderByDescending(path => path[^1] == FieldPaths.Item)
            .ThenByDescending(path => path.Length))
        {
            if (path[^1] != FieldPaths.Item || !kept.Exists(other => other.AsSpan().StartsWith(path.AsSpan()[..^1])))
                FieldPaths.Remove(pruned, path);
        }

        return pruned;
    }

    // Everything that this module owns by apply afterwards.
    private JsonObject Fields() => _moved.Select(Moving)
        .Concat(_owners.Where(owner => owner is { IsSelf: true, Applies: true }).Select(owner => owner.Fields))
        .Aggregate(new JsonObject(), FieldPaths.Union);

    private JsonArray Migrated()
    {
        var first = _owners.FirstOrDefault(owner => owner is { IsSelf: true, Applies: true }) ?? _moved[0];
        var applied = (JsonObject)first.Entry.DeepClone();
        (applied["manager"], applied["operation"], applied["fieldsV1"]) = (FieldOwner.Self, "Apply", Fields());
        var others = _owners
            .Where(owner => !IsMoved(owner) || owner is { IsSelf: true, Applies: false })
            .Select(owner => owner.IsSelf ? WithoutMoved(owner) : (JsonObject)owner.Entry.DeepClone())
            .OfType<JsonObject>();
        return [applied, .. others];
    }

    private bool IsMoved(FieldOwner owner) => owner is { IsSelf: true } || _moved.Contains(owner) || owner.IsClientSideApply;

    private static JsonObject Moving(FieldOwner owner) => owner.IsSelf ? OwnPatch(owner) : owner.Fields;

    // The template and the data alone: the annotations of a run and a number of replicas are no part of a configuration.
    private static JsonObject OwnPatch(FieldOwner owner)
    {
        var fields = new JsonObject();
        if (owner is not { IsSelf: true, Applies: false }) return fields;
        if (owner.Fields.At("f:spec", "f:template") is { } template)
            fields["f:spec"] = new JsonObject { ["f:template"] = template.DeepClone() };
        foreach (var data in new[] { "f:data", "f:binaryData" })
            if (owner.Fields[data] is { } found) fields[data] = found.DeepClone();
        return fields;
    }

    private static JsonObject? WithoutMoved(FieldOwner owner)
    {
        var entry = (JsonObject)owner.Entry.DeepClone();
        var fields = (JsonObject)entry["fieldsV1"]!;
        if (fields["f:spec"] is JsonObject spec)
        {
            spec.Remove("f:template");
            if (spec.Count == 0) fields.Remove("f:spec");
        }

        foreach (var data in new[] { "f:data", "f:binaryData" }) fields.Remove(data);
        return fields.Count == 0 ? null : entry;
    }
}
