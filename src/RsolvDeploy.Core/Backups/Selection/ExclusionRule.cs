using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Backups.Selection;

/// <summary>Which objects are not backed up, and why. The reason stands in the manifest.</summary>
internal static class ExclusionRule
{
    /// <summary>Why it is left out; null when it is backed up.</summary>
    public static string? ReasonFor(JsonObject resource) => ReasonFor(
        resource["kind"].Text(), resource.At("metadata", "name").Text() ?? "", resource["type"].Text(), resource.At("metadata", "deletionTimestamp") is not null);

    /// <summary>The same for an object that was not built up.</summary>
    public static string? ReasonFor(ResourceKind kind, ObjectHeader resource) => ReasonFor(kind.Kind, resource.Name, resource.Type, resource.Deleting);

    private static string? ReasonFor(string? kind, string name, string? type, bool deleting) => kind switch
    {
        _ when deleting => "it is being deleted",
        "ConfigMap" when name == "kube-root-ca.crt" => "the cluster publishes it in every namespace by itself",
        "ConfigMap" when name.StartsWith(ReleaseHistory.Prefix, StringComparison.Ordinal) => "the record of releases goes on; it is not set back",
        "Secret" when type == ReleaseHistory.SnapshotType => "what the record of releases keeps goes on; it is not set back",
        "Secret" when type == "kubernetes.io/service-account-token" => "a service account's token is issued by the cluster and is void elsewhere",
        _ => null,
    };
}
