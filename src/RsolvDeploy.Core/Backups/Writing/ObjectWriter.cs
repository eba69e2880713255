using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>
/// Writes objects to the folder of a backup, Secrets encrypted. It reads every file again and compares it with the object. Thread safe.
/// </summary>
/// <param name="folder">The folder of the backup.</param>
/// <param name="ns">The namespace.</param>
/// <param name="sealer">Encrypts the contents; the caller disposes it.</param>
/// <param name="encryptAll">Whether every object is encrypted, and not only Secrets.</param>
internal sealed class ObjectWriter(string folder, string ns, CmsSealer sealer, bool encryptAll) : IDisposable
{
    private readonly ConcurrentBag<Worker> _workers = [];

    /// <summary>Writes one object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">Stands before the object, as the server sent it.</param>
    public BackedUpObject Write(ResourceKind kind, JsonCursor json)
    {
        // Buffers grow with the largest object, so workers are reused.
        if (!_workers.TryTake(out var worker)) worker = new Worker(sealer.Copy());
        try
        {
            return Write(worker, kind, json);
        }
        finally
        {
            _workers.Add(worker);
        }
    }

    /// <summary>Clears the buffers.</summary>
    public void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
    }

    private BackedUpObject Write(Worker worker, ResourceKind kind, JsonCursor json)
    {
        var header = ObjectHeader.Read(json, kind);
        var name = header.Name;
        if (ExclusionRule.ReasonFor(kind, header) is { } reason)
            return new BackedUpObject(name, header.Version, null, new ManifestOmission(kind.Kind, name, reason));

        var encrypted = encryptAll || kind == ResourceKind.Secrets;
        var file = $"{BackupKinds.FolderFor(kind)}/{ObjectFileName.For(name)}.yaml{(encrypted ? ".cms" : "")}";
        var (hash, size) = Write(worker, Path.Combine(folder, file), kind, json, encrypted);
        var item = new ManifestItem(
            kind.ApiVersion, kind.Kind, name, header.Namespace == ns ? ns : header.Namespace, file, hash, size, encrypted);
        return new BackedUpObject(name, header.Version, header.Owners.Count > 0 ? item with { Owners = header.Owners } : item, null);
    }

    private static (string Hash, long Size) Write(Worker worker, string path, ResourceKind kind, JsonCursor json, bool encrypted)
    {
        try
        {
            return worker.Write(path, kind, json, encrypted);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForWrite(path, e);
        }
    }

    private sealed class Worker(CmsSealer sealer) : IDisposable
    {
        private readonly SensitiveBuffer _text = new();
        private readonly SensitiveBuffer _read = new();
        private ResourceKind? _kind;
        private byte[] _start = [];
        private PrivateFolder? _folder;

        public (string Hash, long Size) Write(string path, ResourceKind kind, JsonCursor json, bool encrypted)
        {
            _text.Clear();
            _read.Clear();
            if (_kind != kind)
            {
                _folder?.Dispose();
                (_kind, _start, _folder) = (kind, StartOf(kind), new PrivateFolder(Path.GetDirectoryName(path)!));
            }

            _text.Write(_start);
            ObjectYamlWriter.Write(json, _text);
            var bytes = encrypted ? sealer.Seal(_text.Written) : _text.Written;
            _read.Advance(_folder!.WriteAndRead(Path.GetFileName(path), bytes, _read.GetSpan(bytes.Length)));
            var same = _read.Written.SequenceEqual(bytes)
                && Matches(encrypted ? sealer.Open(_read.WrittenMemory) : _read.Written, _start, json);
            if (!same) throw Different(path);
            return (Sha256Text.Of(_read.Written), _read.Written.Length);
        }

        public void Dispose()
        {
            _text.Dispose();
            _read.Dispose();
            _folder?.Dispose();
            sealer.Dispose();
        }

        private static byte[] StartOf(ResourceKind kind) =>
            Encoding.UTF8.GetBytes($"\"apiVersion\": \"{kind.ApiVersion}\"\n\"kind\": \"{kind.Kind}\"\n");

        private static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start, JsonCursor json) =>
            text.StartsWith(start) && YamlEquivalence.Matches(text[start.Length..], json);

        private static DeployException Different(string path) =>
            new("BackupUnlike", FaultCategory.WriteError, $"The file {path} differs from the object that was read from the cluster.",
                "Do not deploy with this backup. Try another disk; if it happens again, report it as a defect.")
            { Subject = path };
    }
}
