using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Writes the objects of a backup, each kind at one version, and finds what changes meanwhile.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The environment.</param>
/// <param name="draft">The folder of the backup.</param>
/// <param name="chunks">Writes the objects.</param>
internal sealed class SnapshotWriter(ClusterClient cluster, Target target, BackupDraft draft, ChunkWriter chunks)
{
    private const int KindsAtOnce = 2;

    /// <summary>Writes the objects and flushes them to the disk.</summary>
    /// <param name="workloads">The workloads, as the server sent them.</param>
    /// <param name="scopes">The other kinds.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<SnapshotContent> WriteAsync(
        IReadOnlyList<JsonObject> workloads, IReadOnlyList<BackupScope> scopes, CancellationToken ct)
    {
        // What a scope selects is written with it.
        var own = workloads.Where(one => !scopes.Any(scope => scope.Kind == KindOf(one))).ToList();
        var ownKinds = own.GroupBy(KindOf).ToList();
        var reader = new ResourceBackupReader(cluster, target.Namespace, draft, chunks);
        var kinds = new ResourceBackup[ownKinds.Count + scopes.Count];
        var options = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = KindsAtOnce };
        await Parallel.ForEachAsync(Enumerable.Range(0, kinds.Length), options, async (index, token) => kinds[index] =
            index < ownKinds.Count
                ? await WriteWorkloadsAsync(ownKinds[index].Key, [.. ownKinds[index]], token)
                : await reader.ReadAsync(scopes[index - ownKinds.Count], token));

        // The disk flushes while the server reports what changed; what is written after this is small.
        var changes = Task.WhenAll([
            .. own.Select(one => ConcurrentChanges.FindInWorkloadAsync(cluster, target.Namespace, one, ct)),
            .. kinds.Skip(ownKinds.Count).Select(kind => ConcurrentChanges.FindAsync(cluster, target.Namespace, kind, ct)),
        ]);
        await Task.WhenAll(Task.Run(() => DiskFlush.Run(draft.Path), CancellationToken.None), changes);
        return new SnapshotContent(
            workloads[target.Workloads.ToList().FindIndex(one => one == target.Main)],
            [.. kinds.OrderBy(kind => kind.Kind.Kind == "Deployment" ? -1 : BackupKinds.Order(kind.Kind.Kind))],
            (await changes).SelectMany(one => one).ToArray());
    }

    private async Task<ResourceBackup> WriteWorkloadsAsync(ResourceKind kind, IReadOnlyList<JsonObject> workloads, CancellationToken ct)
    {
        draft.CreateKindFolder(kind);
        var written = new List<BackedUpObject>();
        foreach (var one in workloads)
        {
            using var chunk = ListChunk.Of(Encoding.UTF8.GetBytes(one.ToJsonString()));
            written.AddRange(await chunks.WriteAsync(kind, chunk, ct));
        }

        written.Sort(BackedUpObject.ByName);
        var version = workloads[0].At("metadata", "resourceVersion").Text() ?? "";
        return new ResourceBackup(
            new ManifestKind(kind.ApiVersion, kind.Kind, kind.Plural, version)
            {
                OnlyNamed = kind == ResourceKind.Deployments ? null : true,
            },
            written);
    }

    private static ResourceKind KindOf(JsonObject workload) => WorkloadKinds.ResourceOf(workload["kind"].Text());
}
