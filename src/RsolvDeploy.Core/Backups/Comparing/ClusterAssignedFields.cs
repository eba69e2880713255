using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Comparing;

/// <summary>Takes out of an object what belongs to its namespace alone: in another one of the same cluster it would take what is still in use.</summary>
internal static class ClusterAssignedFields
{
    /// <summary>The ports of the nodes that a Service was given. In its own namespace they stay, in another cluster too: who is outside knows them.</summary>
    public static void Remove(JsonObject resource)
    {
        if (resource["kind"].Text() != "Service" || resource["spec"] is not JsonObject spec) return;
        spec.Remove("healthCheckNodePort");
        foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>()) port.Remove("nodePort");
    }
}
