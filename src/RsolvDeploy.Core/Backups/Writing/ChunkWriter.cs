using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Writes objects to a backup, and tries them in a dry run. Thread safe.</summary>
/// <param name="writer">Writes an object.</param>
/// <param name="dryRun">Tries an object.</param>
/// <param name="progress">Counts them.</param>
internal sealed class ChunkWriter(ObjectWriter writer, RestoreDryRun dryRun, BackupProgress progress)
{
    /// <summary>Writes a chunk of a list.</summary>
    public async Task<IReadOnlyList<BackedUpObject>> WriteAsync(ResourceKind kind, ListChunk chunk, CancellationToken ct)
    {
        var written = writer.Write(kind, chunk);
        await dryRun.TryAsync(
            kind, Enumerable.Range(0, chunk.Count).Where(index => written[index].Item is not null).Select(index => chunk[index]), ct);
        progress.Add(written.Length);
        return written;
    }
}
