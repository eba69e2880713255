using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Writes objects into the folder of a backup, Secrets encrypted, and holds what lies there against what was read before it counts. Thread safe.</summary>
/// <param name="folder">The backup that is being written.</param>
/// <param name="ns">The namespace that is backed up.</param>
/// <param name="sealer">Seals the contents; belongs to the caller.</param>
/// <param name="encryptAll">Whether everything is encrypted, and not only Secrets.</param>
internal sealed class ObjectWriter(string folder, string ns, CmsSealer sealer, bool encryptAll) : IDisposable
{
    private readonly ConcurrentBag<Worker> _workers = [];

    /// <summary>Writes one object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object as the server sent it.</param>
    public BackedUpObject Write(ResourceKind kind, ReadOnlyMemory<byte> json)
    {
        var outline = ObjectHeader.Read(json.Span, kind);
        var name = outline.Name;
        if (ExclusionRule.ReasonFor(kind, outline) is { } reason) return new BackedUpObject(name, outline.Version, null, new ManifestOmission(kind.Kind, name, reason));

        var encrypted = encryptAll || kind == ResourceKind.Secrets;
        var file = $"{BackupKinds.FolderFor(kind)}/{ObjectFileName.For(name)}.yaml{(encrypted ? ".cms" : "")}";
        var (hash, size) = Write(Path.Combine(folder, file), kind, json.Span, outline.Omitted, encrypted);
        var item = new ManifestItem(kind.ApiVersion, kind.Kind, name, outline.Namespace == ns ? ns : outline.Namespace, file, hash, size, encrypted);
        return new BackedUpObject(name, outline.Version, outline.Owners.Count > 0 ? item with { Owners = outline.Owners } : item, null);
    }

    public void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
    }

    private (string Hash, long Size) Write(string path, ResourceKind kind, ReadOnlySpan<byte> json, ReadOnlySpan<int> omitted, bool encrypted)
    {
        if (!_workers.TryTake(out var worker)) worker = new Worker(sealer.Copy());
        try
        {
            return worker.Write(path, kind, json, omitted, encrypted);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForWrite(path, e);
        }
        finally
        {
            _workers.Add(worker);
        }
    }

    // What one thread needs, again for every object.
    private sealed class Worker(CmsSealer sealer) : IDisposable
    {
        private readonly SensitiveBuffer _text = new();
        private readonly SensitiveBuffer _read = new();

        public (string Hash, long Size) Write(string path, ResourceKind kind, ReadOnlySpan<byte> json, ReadOnlySpan<int> omitted, bool encrypted)
        {
            _text.Clear();
            _read.Clear();
            var head = $"\"apiVersion\": \"{kind.ApiVersion}\"\n\"kind\": \"{kind.Kind}\"\n";
            Encoding.UTF8.GetBytes(head, _text);
            ObjectYamlWriter.Write(json, omitted, _text);
            var bytes = encrypted ? sealer.Seal(_text.Written) : _text.Written;
            _read.Advance(PrivateStorage.WriteAndRead(path, bytes, _read.GetSpan(bytes.Length)));
            if (!_read.Written.SequenceEqual(bytes) || !Means(encrypted ? sealer.Open(_read.WrittenMemory) : _read.Written, head, json, omitted)) throw Unlike(path);
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(_read.Written, hash);
            return (Convert.ToHexString(hash).ToLowerInvariant(), _read.Written.Length);
        }

        public void Dispose()
        {
            _text.Dispose();
            _read.Dispose();
            sealer.Dispose();
        }

        private static bool Means(ReadOnlySpan<byte> text, string head, ReadOnlySpan<byte> json, ReadOnlySpan<int> omitted) =>
            text.Length > head.Length && Ascii.Equals(text[..head.Length], head) && YamlEquivalence.Matches(text[head.Length..], json, omitted);

        private static DeployException Unlike(string what) =>
            new("BackupUnlike", FaultCategory.WriteError, $"What was written of {what} is not what was read from the cluster.",
                "Do not deploy on this backup. Try another disk; if it happens again, report it as a defect.")
            { Subject = what };
    }
}
