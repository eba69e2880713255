using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster;

/// <summary>
/// Removes the fields of an object that only the server may set, so that it can be applied again. Every other field stays.
/// <see cref="ObjectHeader"/> finds the same in unparsed JSON.
/// </summary>
/// <remarks>
/// Annotations stay, kubectl's <c>last-applied-configuration</c> and <c>restartedAt</c> among them: they describe the state that is backed
/// up. Owner references go: they name owners by uid, and an object restored under a uid that no longer exists is
/// deleted by the garbage collector.
/// </remarks>
internal static class ServerManagedFields
{
    private static readonly string[] OfMetadata =
    [
        "resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "ownerReferences", "selfLink",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    ];

    /// <summary>Where templates may have an empty stamp.</summary>
    public static readonly IReadOnlyList<string[]> Stamps =
    [
        ["spec", "template", "metadata", "creationTimestamp"],
        ["spec", "jobTemplate", "metadata", "creationTimestamp"],
        ["spec", "jobTemplate", "spec", "template", "metadata", "creationTimestamp"],
    ];

    /// <summary>Removes them, and the fields of <see cref="ServerAssignedFields"/>.</summary>
    /// <param name="resource">The object.</param>
    /// <param name="keepsStatus">Whether <c>status</c> is a field like others (<see cref="ResourceKind.KeepsStatus"/>).</param>
    /// <returns>The owners that are left out, as <c>Kind/name</c>.</returns>
    public static IReadOnlyList<string> Remove(JsonObject resource, bool keepsStatus = false)
    {
        if (!keepsStatus) resource.Remove("status");
        if (resource["metadata"] is not JsonObject metadata)
            return [];
        var owners = OwnersIn(metadata["ownerReferences"]);
        foreach (var field in OfMetadata)
            metadata.Remove(field);

        RemoveEmptyStamps(resource);
        RemoveAssigned(resource);
        return owners;
    }

    /// <summary>The owners as <c>Kind/name</c>.</summary>
    public static IReadOnlyList<string> OwnersIn(JsonNode? references) =>
        references is JsonArray array ? array.OfType<JsonObject>().Select(owner => $"{owner["kind"]}/{owner["name"]}").ToList() : [];

    /// <summary>Whether the member of the metadata on whose name the cursor stands is one of them.</summary>
    public static bool IsOfMetadata(JsonCursor json)
    {
        foreach (var field in OfMetadataInUtf8)
            if (json.ValueTextEquals(field)) return true;
        return false;
    }

    /// <summary>Copies the fields that the server assigned from the live object, which a replace must not change.</summary>
    /// <param name="live">The object as it is.</param>
    /// <param name="resource">The object to write.</param>
    public static void CopyAssigned(JsonObject live, JsonObject resource)
    {
        foreach (var field in ServerAssignedFields.For(live).Where(field => field.When?.Holds(live) != false))
        {
            if (FieldCondition.Find(live, field.Path) is not { } value) continue;
            var at = resource;
            foreach (var name in field.Path[..^1])
            {
                if (at[name] is not JsonObject inner) at[name] = inner = [];
                at = inner;
            }

            at[field.Path[^1]] = value.DeepClone();
        }
    }

    private static void RemoveAssigned(JsonObject resource)
    {
        // All conditions are read first: a field that is removed may be the condition of another.
        foreach (var field in ServerAssignedFields.For(resource).Where(field => field.When?.Holds(resource) != false).ToList())
            (FieldCondition.Find(resource, field.Path.AsSpan()[..^1]) as JsonObject)?.Remove(field.Path[^1]);
    }

    // Servers before 1.34 put an empty creationTimestamp into every pod template.
    private static void RemoveEmptyStamps(JsonObject resource)
    {
        foreach (var path in Stamps)
        {
            if (FieldCondition.Find(resource, path.AsSpan()[..^1]) is JsonObject metadata
                && metadata.TryGetPropertyValue(path[^1], out var stamp)
                && stamp is null)
            {
                metadata.Remove(path[^1]);
            }
        }
    }

    private static readonly byte[][] OfMetadataInUtf8 = [.. OfMetadata.Select(System.Text.Encoding.UTF8.GetBytes)];
}
