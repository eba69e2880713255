using RsolvDeploy.Cluster;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Writes objects to a backup, and tries them in a dry run. Thread safe.</summary>
/// <param name="writer">Writes an object.</param>
/// <param name="dryRun">Tries an object.</param>
/// <param name="progress">Counts them.</param>
internal sealed class ChunkWriter(ObjectWriter writer, RestoreDryRun dryRun, BackupProgress progress)
{
    /// <summary>Writes one object.</summary>
    public async Task<BackedUpObject> WriteAsync(ResourceKind kind, ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        var written = writer.Write(kind, JsonTokens.Of(json.Span));
        if (written.Item is not null) await dryRun.TryAsync(kind, [json], ct);
        progress.Add(1);
        return written;
    }

    /// <summary>Writes a chunk of a list.</summary>
    public async Task<IReadOnlyList<BackedUpObject>> WriteAsync(ResourceKind kind, ListChunk chunk, CancellationToken ct)
    {
        var written = new BackedUpObject[chunk.Count];
        for (var index = 0; index < chunk.Count; index++) written[index] = writer.Write(kind, chunk.Cursor(index));
        await dryRun.TryAsync(
            kind, Enumerable.Range(0, chunk.Count).Where(index => written[index].Item is not null).Select(index => chunk[index]), ct);
        progress.Add(written.Length);
        return written;
    }
}
