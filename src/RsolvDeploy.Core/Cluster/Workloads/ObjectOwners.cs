using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Which object owns which, by the ids that the garbage collector follows.</summary>
internal static class ObjectOwners
{
    /// <summary>Whether an object is owned by another.</summary>
    public static bool IsOwnedBy(IMetadata<V1ObjectMeta> item, IMetadata<V1ObjectMeta> owner) =>
        owner.Uid() is { } uid && (item.OwnerReferences() ?? []).Any(reference => reference.Uid == uid);
}
