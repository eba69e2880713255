using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Comparing;

/// <summary>
/// Removes the fields that the cluster assigns to one object at a time: while another object has them, they cannot be restored.
/// </summary>
internal static class ClusterAssignedFields
{
    /// <summary>Removes the node ports of a Service. In its own namespace, of any cluster, they are restored: clients know them.</summary>
    public static void Remove(JsonObject resource)
    {
        if (resource["kind"].Text() != "Service" || resource["spec"] is not JsonObject spec) return;
        spec.Remove("healthCheckNodePort");
        foreach (var port in spec["ports"].Objects()) port.Remove("nodePort");
    }
}
