using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
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
    /// <param name="deployment">The Deployment, as the server sent it.</param>
    /// <param name="scopes">The other kinds.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<SnapshotContent> WriteAsync(JsonObject deployment, IReadOnlyList<BackupScope> scopes, CancellationToken ct)
    {
        var first = await WriteDeploymentAsync(deployment, ct);
        var reader = new ResourceBackupReader(cluster, target.Namespace, draft, chunks);
        var kinds = new ResourceBackup[scopes.Count];
        var options = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = KindsAtOnce };
        await Parallel.ForEachAsync(
            scopes.Select((scope, index) => (scope, index)),
            options,
            async (one, token) => kinds[one.index] = await reader.ReadAsync(one.scope, token));

        // The disk flushes while the server reports what changed; what is written after this is small.
        var changes = Task.WhenAll([
            ConcurrentChanges.FindInDeploymentAsync(cluster, target, deployment, ct),
            .. kinds.Select(kind => ConcurrentChanges.FindAsync(cluster, target.Namespace, kind, ct)),
        ]);
        await Task.WhenAll(Task.Run(() => DiskFlush.Run(draft.Path), CancellationToken.None), changes);
        return new SnapshotContent(
            deployment,
            [first, .. kinds.OrderBy(kind => BackupKinds.Order(kind.Kind.Kind))],
            (await changes).SelectMany(one => one).ToArray());
    }

    private async Task<ResourceBackup> WriteDeploymentAsync(JsonObject deployment, CancellationToken ct)
    {
        var kind = ResourceKind.Deployments;
        draft.CreateKindFolder(kind);
        var written = await chunks.WriteAsync(kind, JsonSerializer.SerializeToUtf8Bytes(deployment), ct);
        return new ResourceBackup(
            new ManifestKind(kind.ApiVersion, kind.Kind, kind.Plural, deployment.At("metadata", "resourceVersion").Text() ?? ""),
            [written]);
    }
}
