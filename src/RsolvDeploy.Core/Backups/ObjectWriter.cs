using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups;

/// <summary>Writes objects into the folder of a backup, Secrets encrypted, and holds each against what was read before it counts. Thread safe.</summary>
internal sealed class ObjectWriter(string folder, IReadOnlyList<X509Certificate2> recipients, PasswordKey? password, bool encryptAll) : IDisposable
{
    private readonly ConcurrentBag<SensitiveBuffer> _buffers = [];
    private readonly ConcurrentBag<CmsSealer> _sealers = [];

    public BackedUpObject Write(ResourceKind of, JsonObject resource)
    {
        var kind = Text(resource["kind"]);
        var name = Text(resource["metadata"]?["name"]);
        if (SkipRule.ReasonFor(resource) is { } reason) return new BackedUpObject(null, new ManifestOmission(kind, name, reason));

        var owners = ServerFields.Remove(resource);
        var encrypted = encryptAll || of == ResourceKind.Secrets;
        var file = $"{BackupKinds.FolderOf(of)}/{ObjectFileName.For(name)}.yaml{(encrypted ? ".cms" : "")}";
        var path = Path.Combine(folder, file);
        var bytes = Encode(resource, encrypted);
        try
        {
            PrivateStorage.WriteNew(path, bytes, flush: false);
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) throw Unlike(path);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw StorageFaults.OfWriting(path, e);
        }

        var hash = Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();
        var item = new ManifestItem(Text(resource["apiVersion"]), kind, name, Text(resource["metadata"]?["namespace"]), file, hash, bytes.Length, encrypted);
        return new BackedUpObject(owners.Count > 0 ? item with { Owners = owners } : item, null);
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
        foreach (var sealer in _sealers) sealer.Dispose();
    }

    private byte[] Encode(JsonObject resource, bool encrypted)
    {
        if (!_buffers.TryTake(out var buffer)) buffer = new SensitiveBuffer();
        try
        {
            ObjectYamlWriter.Write(resource, buffer);
            var bytes = encrypted ? Seal(buffer.Written) : buffer.Written.ToArray();
            // The reader is the one that a restore will use, so what it reads is what would come back.
            if (!JsonNode.DeepEquals(ObjectYamlReader.Read(buffer.Written), resource)) throw Unlike(Text(resource["metadata"]?["name"]));
            return bytes;
        }
        finally
        {
            buffer.Clear();
            _buffers.Add(buffer);
        }
    }

    private byte[] Seal(ReadOnlySpan<byte> plain)
    {
        if (!_sealers.TryTake(out var sealer)) sealer = new CmsSealer(recipients, password);
        try
        {
            using var content = sealer.Seal(plain);
            var opened = CmsEnvelope.Parse(content.Der).Open(content.ContentKey);
            try
            {
                return opened.AsSpan().SequenceEqual(plain) ? content.Der : throw Unlike("a Secret");
            }
            finally
            {
                CryptographicOperations.ZeroMemory(opened);
            }
        }
        finally
        {
            _sealers.Add(sealer);
        }
    }

    private static DeployException Unlike(string what) =>
        new("BackupUnlike", FaultCategory.WriteError, $"What was written of {what} is not what was read from the cluster.",
            "Do not deploy on this backup. Try another disk; if it happens again, report it as a defect.")
        { Subject = what };

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
