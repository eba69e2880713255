using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Making;

/// <summary>Writes objects into the folder of a backup, Secrets encrypted, and holds what lies there against what was read before it counts. Thread safe.</summary>
/// <param name="folder">The backup that is being written.</param>
/// <param name="sealer">Seals the contents; belongs to the caller.</param>
/// <param name="encryptAll">Whether everything is encrypted, and not only Secrets.</param>
internal sealed class ObjectWriter(string folder, CmsSealer sealer, bool encryptAll) : IDisposable
{
    private readonly ConcurrentBag<(SensitiveBuffer Buffer, CmsSealer Sealer)> _workers = [];

    public BackedUpObject Write(ResourceKind kind, JsonObject resource)
    {
        var metadata = resource["metadata"];
        var name = metadata.At("name").Text() ?? "";
        if (SkipRule.ReasonFor(resource) is { } reason) return new BackedUpObject(null, new ManifestOmission(kind.Kind, name, reason));

        var owners = ServerFields.Remove(resource);
        var encrypted = encryptAll || kind == ResourceKind.Secrets;
        var file = $"{BackupKinds.FolderOf(kind)}/{ObjectFileName.For(name)}.yaml{(encrypted ? ".cms" : "")}";
        var (hash, size) = Write(Path.Combine(folder, file), resource, encrypted);
        var item = new ManifestItem(kind.ApiVersion, kind.Kind, name, metadata.At("namespace").Text() ?? "", file, hash, size, encrypted);
        return new BackedUpObject(owners.Count > 0 ? item with { Owners = owners } : item, null);
    }

    public void Dispose()
    {
        foreach (var (buffer, own) in _workers)
        {
            buffer.Dispose();
            own.Dispose();
        }
    }

    private (string Hash, long Size) Write(string path, JsonObject resource, bool encrypted)
    {
        if (!_workers.TryTake(out var worker)) worker = (new SensitiveBuffer(), sealer.Another());
        try
        {
            ObjectYamlWriter.Write(resource, worker.Buffer);
            var bytes = encrypted ? worker.Sealer.Seal(worker.Buffer.Written) : worker.Buffer.Written;
            var read = PrivateStorage.WriteAndRead(path, bytes);
            if (!read.AsSpan().SequenceEqual(bytes) || !Says(worker.Sealer, read, encrypted, resource)) throw Unlike(path);
            return (Convert.ToHexString(SHA256.HashData(read)).ToLowerInvariant(), read.Length);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.OfWriting(path, e);
        }
        finally
        {
            worker.Buffer.Clear();
            _workers.Add(worker);
        }
    }

    private static bool Says(CmsSealer sealer, byte[] read, bool encrypted, JsonObject resource)
    {
        if (!encrypted) return WrittenYaml.Means(read, resource);
        var opened = sealer.Open(read);
        try
        {
            return WrittenYaml.Means(opened, resource);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private static DeployException Unlike(string what) =>
        new("BackupUnlike", FaultCategory.WriteError, $"What was written of {what} is not what was read from the cluster.",
            "Do not deploy on this backup. Try another disk; if it happens again, report it as a defect.")
        { Subject = what };
}
