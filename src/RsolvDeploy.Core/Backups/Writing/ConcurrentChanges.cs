using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Finds what changed while a backup was taken, so that a picture that is not of one moment says so.</summary>
internal static class ConcurrentChanges
{
    /// <summary>The objects of a kind that are not as they were read.</summary>
    /// <remarks>One object is asked for first: where the version of the whole is still the same, nothing changed, and no list is needed.</remarks>
    public static async Task<IReadOnlyList<ManifestChange>> OfAsync(ClusterClient cluster, string ns, ResourceBackup read, CancellationToken ct)
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
        return [.. changes.OrderBy(change => change.Name, StringComparer.Ordinal)];
    }

    /// <summary>Whether the Deployment is another than the one that was written; its status counts for nothing.</summary>
    public static async Task<IReadOnlyList<ManifestChange>> OfDeploymentAsync(ClusterClient cluster, Target target, JsonObject read, CancellationToken ct)
    {
        var now = await cluster.FindAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        if (now is null) return [new ManifestChange(ResourceKind.Deployments.Kind, target.Deployment, "deleted")];
        var before = read.DeepClone().AsObject();
        ServerManagedFields.Remove(before);
        ServerManagedFields.Remove(now);
        return JsonNode.DeepEquals(now, before) ? [] : [new ManifestChange(ResourceKind.Deployments.Kind, target.Deployment, "changed")];
    }
}
