using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Finds what changed in the cluster while a backup was written. The backup lists it.</summary>
internal static class ConcurrentChanges
{
    /// <summary>The objects of a kind that changed since they were read.</summary>
    /// <remarks>A list of one object comes first: when the version of the list is the same, nothing changed.</remarks>
    public static async Task<IReadOnlyList<ManifestChange>> FindAsync(
        ClusterClient cluster, string ns, ResourceBackup read, CancellationToken ct)
    {
        var kind = read.Kind.ToResource();
        if (await cluster.VersionOfAsync(kind, ns, read.Kind.Selector, ct) == read.Kind.ResourceVersion) return [];
        var changes = new List<ManifestChange>();
        var left = read.Objects.ToDictionary(one => one.Name, one => one.Version, StringComparer.Ordinal);
        await foreach (var (name, version) in cluster.ListVersionsAsync(kind, ns, read.Kind.Selector, ct))
        {
            if (!left.Remove(name, out var was)) changes.Add(new ManifestChange(kind.Kind, name, "created"));
            else if (was != version) changes.Add(new ManifestChange(kind.Kind, name, "changed"));
        }

        changes.AddRange(left.Keys.Select(name => new ManifestChange(kind.Kind, name, "deleted")));
        return changes.OrderBy(change => change.Name, StringComparer.Ordinal).ToArray();
    }

    /// <summary>Whether a workload changed since it was read. Its status is ignored.</summary>
    public static async Task<IReadOnlyList<ManifestChange>> FindInWorkloadAsync(
        ClusterClient cluster, string ns, JsonObject read, CancellationToken ct)
    {
        var kind = WorkloadKinds.ResourceOf(read["kind"].Text());
        var name = read.At("metadata", "name").Text() ?? "";
        var now = await cluster.FindAsync(kind, ns, name, ct);
        if (now is null) return [new ManifestChange(kind.Kind, name, "deleted")];
        var before = read.DeepClone().AsObject();
        ServerManagedFields.Remove(before);
        ServerManagedFields.Remove(now);
        return JsonNode.DeepEquals(now, before) ? [] : [new ManifestChange(kind.Kind, name, "changed")];
    }
}
