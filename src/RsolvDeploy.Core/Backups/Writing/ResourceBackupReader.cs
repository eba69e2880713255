using System.Threading.Channels;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Streams one kind from the server to the disk: while one chunk is written, the next is on its way.</summary>
/// <param name="cluster">Where from.</param>
/// <param name="ns">The namespace.</param>
/// <param name="draft">The folder of the backup that is being written.</param>
/// <param name="writer">Writes the objects.</param>
/// <param name="trial">Has the server try them.</param>
/// <param name="written">Told how many more there are.</param>
internal sealed class ResourceBackupReader(ClusterClient cluster, string ns, string draft, ObjectWriter writer, RestoreDryRun trial, Action<int> written)
{
    // A list that outlives the server's memory of its version (5 minutes) begins anew; one that does so three times never ends.
    private const int Attempts = 3;
    private const int ChunksAhead = 1; // what is read and not yet written is all that grows with a chunk
    private const int Gone = 410;
    private static readonly int Workers = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Backs the kind up.</summary>
    /// <exception cref="DeployException"><c>BackupInconsistent</c>: the server forgot the version that is read, again and again.</exception>
    public async Task<ResourceBackup> ReadAsync(BackupScope scope, CancellationToken ct)
    {
        var folder = Path.Combine(draft, BackupKinds.FolderOf(scope.Kind));
        for (var attempt = 1; ; attempt++)
        {
            PrivateStorage.CreateFolder(folder);
            try
            {
                return await OnceAsync(scope, ct);
            }
            catch (ApiException e) when (e.StatusCode == Gone)
            {
                Directory.Delete(folder, recursive: true);
                if (attempt < Attempts) continue;
                throw new DeployException("BackupInconsistent", FaultCategory.ResourceUnavailable,
                    $"The API server forgot the version at which {scope.Kind.QualifiedName} are read before all were, {Attempts} times.",
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
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WriteAsync(scope.Kind, chunks.Reader, objects, stop), ct)).ToList();
        var version = "";
        try
        {
            await foreach (var chunk in cluster.ListChunksAsync(scope.Kind, ns, scope.Selector, stop.Token))
            {
                version = chunk.ResourceVersion;
                await chunks.Writer.WriteAsync(chunk, stop.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // A worker failed; its own error is told below.
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

        return new ResourceBackup(new ManifestKind(scope.Kind.ApiVersion, scope.Kind.Kind, scope.Kind.Plural, version) { Selector = scope.Selector }, objects);
    }

    private async Task WriteAsync(ResourceKind kind, ChannelReader<ListChunk> chunks, List<BackedUpObject> objects, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var chunk in chunks.ReadAllAsync(stop.Token))
            {
                using (chunk) await WriteAsync(kind, chunk, objects, stop.Token);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task WriteAsync(ResourceKind kind, ListChunk chunk, List<BackedUpObject> objects, CancellationToken ct)
    {
        var done = new List<BackedUpObject>(chunk.Count);
        for (var index = 0; index < chunk.Count; index++) done.Add(writer.Write(kind, chunk[index]));
        await trial.TryAsync(kind, done.Select((one, index) => (one, index)).Where(one => one.one.Item is not null).Select(one => chunk[one.index]), ct);
        lock (objects) objects.AddRange(done);
        written(done.Count);
    }
}
