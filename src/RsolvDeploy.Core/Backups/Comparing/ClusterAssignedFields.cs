using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Comparing;

/// <summary>
/// Removes the fields that the cluster assigns to one object: in another namespace of the same cluster they are still in use.
/// </summary>
internal static class ClusterAssignedFields
{
    /// <summary>Removes the node ports of a Service. In its own namespace, of any cluster, they are restored: clients know them.</summary>
    public static void Remove(JsonObject resource)
    {
        if (resource["kind"].Text() != "Service" || resource["spec"] is not JsonObject spec) return;
        spec.Remove("healthCheckNodePort");
        foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>()) port.Remove("nodePort");
    }
}
