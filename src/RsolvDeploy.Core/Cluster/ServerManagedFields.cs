using System.Text.Json;
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

    /// <summary>The owners that are left out, as <c>Kind/name</c>.</summary>
    public static IReadOnlyList<string> Remove(JsonObject resource)
    {
        resource.Remove("status");
        if (resource["metadata"] is not JsonObject metadata)
            return [];
        var owners = OwnersIn(metadata["ownerReferences"]);
        foreach (var field in OfMetadata)
            metadata.Remove(field);

        RemoveEmptyStamp(resource);
        RemoveAssigned(resource);
        return owners;
    }

    /// <summary>The owners as <c>Kind/name</c>.</summary>
    public static IReadOnlyList<string> OwnersIn(JsonNode? references) =>
        references is JsonArray array ? array.OfType<JsonObject>().Select(owner => $"{owner["kind"]}/{owner["name"]}").ToList() : [];

    /// <summary>Whether the member of the metadata on whose name the reader stands is one of them.</summary>
    public static bool IsOfMetadata(ref Utf8JsonReader reader)
    {
        foreach (var field in OfMetadataInUtf8)
            if (reader.ValueTextEquals(field)) return true;
        return false;
    }

    // What the cluster hands out: another cluster, or this one after a deletion, hands out others. A Service without an
    // address ("None") keeps its field.
    private static void RemoveAssigned(JsonObject resource)
    {
        switch (resource["kind"].Text())
        {
            case "Service" when resource["spec"] is JsonObject spec && spec["clusterIP"].Text() != "None":
                spec.Remove("clusterIP");
                spec.Remove("clusterIPs");
                break;
            case "ServiceAccount":
                resource.Remove("secrets");
                break;
        }
    }

    // Servers before 1.34 put an empty creationTimestamp into every pod template.
    private static void RemoveEmptyStamp(JsonObject resource)
    {
        var template = (resource["spec"] as JsonObject)?["template"] as JsonObject;
        if (template?["metadata"] is JsonObject metadata
            && metadata.TryGetPropertyValue("creationTimestamp", out var stamp)
            && stamp is null)
        {
            metadata.Remove("creationTimestamp");
        }
    }

    private static readonly byte[][] OfMetadataInUtf8 = [.. OfMetadata.Select(System.Text.Encoding.UTF8.GetBytes)];
}
