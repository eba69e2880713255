using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Backups.Selection;

/// <summary>Decides which objects are not backed up. The manifest names the reason.</summary>
internal static class ExclusionRule
{
    /// <summary>Why an object is not backed up; null when it is.</summary>
    public static string? ReasonFor(JsonObject resource) => ReasonFor(
        resource["kind"].Text(),
        resource.At("metadata", "name").Text() ?? "",
        resource["type"].Text(),
        resource.At("metadata", "deletionTimestamp") is not null,
        ServerManagedFields.OwnersIn(resource.At("metadata", "ownerReferences")));

    /// <summary>Why an object that is not parsed is not backed up; null when it is.</summary>
    public static string? ReasonFor(ResourceKind kind, ObjectHeader resource) =>
        ReasonFor(kind.Kind, resource.Name, resource.Type, resource.Deleting, resource.Owners);

    private static string? ReasonFor(string? kind, string name, string? type, bool deleting, IReadOnlyList<string> owners) => kind switch
    {
        _ when deleting => "it is being deleted",
        "ConfigMap" when name == "kube-root-ca.crt" => "the cluster publishes it in every namespace",
        "ConfigMap" when name.StartsWith(ReleaseHistory.Prefix, StringComparison.Ordinal) => "the history of releases is not restored",
        "Secret" when type == ReleaseHistory.SnapshotType => "the history's snapshots are not restored",
        "Lease" when name.StartsWith(DeploymentLock.Prefix, StringComparison.Ordinal) => "it is the lock of a deployment",
        "EndpointSlice" when owners.Any(IsSource) => "the cluster makes it from its Service",
        _ => null,
    };

    private static bool IsSource(string owner) =>
        owner.StartsWith("Service/", StringComparison.Ordinal) || owner.StartsWith("Endpoints/", StringComparison.Ordinal);
}
