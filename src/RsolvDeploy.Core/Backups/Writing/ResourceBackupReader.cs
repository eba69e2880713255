using System.Threading.Channels;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Streams one kind from the server to the disk: it reads the next chunk while it writes one.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace.</param>
/// <param name="draft">The folder of the backup.</param>
/// <param name="writer">Writes the objects.</param>
internal sealed class ResourceBackupReader(ClusterClient cluster, string ns, BackupDraft draft, ChunkWriter writer)
{
    // The server keeps a version for five minutes. A list that takes longer starts again; after three attempts it would never end.
    private const int Attempts = 3;
    private const int ChunksAhead = 1; // bounds what is read and not yet written
    private const int Gone = 410;
    private static readonly int Workers = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Backs up a kind.</summary>
    /// <exception cref="DeployException"><c>BackupInconsistent</c>: the version expired before the list ended, in
    /// every attempt.</exception>
    public async Task<ResourceBackup> ReadAsync(BackupScope scope, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var folder = draft.CreateKindFolder(scope.Kind);
            try
            {
                return await OnceAsync(scope, ct);
            }
            catch (ApiException e) when (e.StatusCode == Gone)
            {
                Directory.Delete(folder, recursive: true);
                if (attempt < Attempts) continue;
                throw new DeployException("BackupInconsistent", FaultCategory.ResourceUnavailable,
                    $"The version at which {scope.Kind.QualifiedName} are listed expired before the list ended, {Attempts} times.",
                    "Back up when the server is less busy, by a selector, or without the dry run (-SkipDryRun).", e)
                { Subject = scope.Kind.QualifiedName };
            }
        }
    }

    private async Task<ResourceBackup> OnceAsync(BackupScope scope, CancellationToken ct)
    {
        var chunks = Channel.CreateBounded<ListChunk>(ChunksAhead);
        var objects = new List<BackedUpObject>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var workers = Enumerable.Range(0, Workers)
            .Select(_ => Task.Run(() => WriteAsync(scope.Kind, chunks.Reader, objects, stop), ct))
            .ToList();
        var version = "";
        try
        {
            await foreach (var chunk in cluster.ListChunksAsync(scope.Kind, ns, scope.Selector, stop.Token))
            {
                version = chunk.ResourceVersion;
                try
                {
                    await chunks.Writer.WriteAsync(chunk, stop.Token);
                }
                catch
                {
                    chunk.Dispose(); // nobody takes it any more
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // A worker failed; its own error is thrown below.
        }
        finally
        {
            chunks.Writer.Complete();
            try
            {
                await Task.WhenAll(workers);
            }
            finally
            {
                while (chunks.Reader.TryRead(out var left)) left.Dispose(); // where a worker failed
            }
        }

        objects.Sort(BackedUpObject.ByName); // the workers mix the chunks
        return new ResourceBackup(
            new ManifestKind(scope.Kind.ApiVersion, scope.Kind.Kind, scope.Kind.Plural, version)
            {
                Selector = scope.Selector,
                KeepsStatus = scope.Kind.KeepsStatus ? true : null,
            },
            objects);
    }

    private async Task WriteAsync(
        ResourceKind kind, ChannelReader<ListChunk> chunks, List<BackedUpObject> objects, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var chunk in chunks.ReadAllAsync(stop.Token))
            {
                using (chunk)
                {
                    var written = await writer.WriteAsync(kind, chunk, stop.Token);
                    lock (objects) objects.AddRange(written);
                }
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
