using System.Collections.Concurrent;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Writing;

/// <summary>
/// Writes objects to the folder of a backup, Secrets encrypted. It reads every file again and compares it with its objects. Thread safe.
/// </summary>
/// <param name="folder">The folder of the backup.</param>
/// <param name="ns">The namespace.</param>
/// <param name="sealer">Encrypts the contents; the caller disposes it.</param>
/// <param name="encryptAll">Whether every object is encrypted, and not only Secrets.</param>
internal sealed class ObjectWriter(string folder, string ns, CmsSealer sealer, bool encryptAll) : IDisposable
{
    private readonly ConcurrentBag<ObjectFileWriter> _writers = [];

    /// <summary>
    /// Writes the objects of a chunk. Those of a list of several chunks share files, because a file for each would take longer than
    /// anything else; of other lists each object has its own.
    /// </summary>
    /// <param name="kind">Their kind.</param>
    /// <param name="chunk">The objects, as the server sent them.</param>
    public BackedUpObject[] Write(ResourceKind kind, ListChunk chunk)
    {
        // Buffers grow with the largest object, so writers are reused.
        if (!_writers.TryTake(out var writer)) writer = new ObjectFileWriter(folder, sealer.Copy());
        try
        {
            return Write(writer, kind, chunk);
        }
        finally
        {
            _writers.Add(writer);
        }
    }

    /// <summary>Clears the buffers.</summary>
    public void Dispose()
    {
        foreach (var writer in _writers) writer.Dispose();
    }

    private BackedUpObject[] Write(ObjectFileWriter writer, ResourceKind kind, ListChunk chunk)
    {
        var encrypted = encryptAll || kind == ResourceKind.Secrets;
        var written = new BackedUpObject[chunk.Count];
        writer.Begin(kind, chunk, encrypted);
        for (var index = 0; index < written.Length; index++)
        {
            var header = ObjectHeader.Read(chunk.Cursor(index), kind);
            if (ExclusionRule.ReasonFor(kind, header) is { } reason)
            {
                var omission = new ManifestOmission(kind.Kind, header.Name, reason);
                written[index] = new BackedUpObject(header.Name, header.Version, null, omission);
                continue;
            }

            var place = writer.Add(index, header.Name);
            var item = new ManifestItem(
                kind.ApiVersion,
                kind.Kind,
                header.Name,
                header.Namespace == ns ? ns : header.Namespace,
                place.File,
                place.Sha256,
                place.Size,
                encrypted)
            {
                Offset = chunk.IsOneOfSeveral ? place.Offset : null,
                Owners = header.Owners.Count > 0 ? header.Owners : null,
            };
            written[index] = new BackedUpObject(header.Name, header.Version, item, null);
        }

        writer.Complete();
        return written;
    }
}
