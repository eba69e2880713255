using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Reading;

/// <summary>A finished backup. Its manifest is held against its hash when it is opened, and every file against the manifest when it is read.</summary>
internal sealed class BackupFolder : IDisposable
{
    /// <summary>How the name of a backup begins that is still being written, or was interrupted.</summary>
    public const string UnfinishedPrefix = ".incomplete-";

    /// <summary>The file in an unfinished backup that its process holds while it writes.</summary>
    public const string WritingName = "writing" + FileLock.Extension;

    // An API server takes objects of at most 3 MiB; written as YAML, every character escaped, they are some times as large.
    private const long LargestFile = 32 << 20;

    private readonly DecryptionKeyProvider _keys;
    private readonly SemaphoreSlim _keyGate = new(1, 1);
    private DecryptionKey? _key;

    private readonly SignatureCheck _signature;
    private bool _proven;

    private BackupFolder(string path, BackupManifest manifest, byte[] hash, SignatureCheck signature, bool proven, DecryptionKeyProvider keys)
    {
        ManifestHash = Convert.ToHexString(hash).ToLowerInvariant();
        _signature = signature;
        _proven = proven;
        Path = path;
        Manifest = manifest;
        _keys = keys;
    }

    public string Path { get; }

    public BackupManifest Manifest { get; }

    /// <summary>SHA-256 of the manifest as it lies there, lower-case hex.</summary>
    public string ManifestHash { get; }

    /// <summary>Opens a backup that the operator's own key opens, as far as it is encrypted.</summary>
    public static BackupFolder Open(string path) => Open(path, BackupKeyStore.ForUser());

    /// <summary>The same with the key pair of a store, whose certificates are trusted.</summary>
    public static BackupFolder Open(string path, BackupKeyStore own) => Open(path, (manifest, _) => ValueTask.FromResult(own.FindKey(manifest)), own);

    /// <summary>Opens a backup; <paramref name="keys"/> is asked when the first encrypted object is read, or when only a passphrase can prove the manifest.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="keys">What opens it.</param>
    /// <param name="trusted">Whose signatures are trusted; null for the user's store.</param>
    /// <exception cref="DeployException"><c>BackupNotFound</c>, <c>BackupCorrupt</c>, <c>BackupFormatUnknown</c>, <c>BackupUnreadable</c>; reading may throw <c>BackupSignerUnknown</c>.</exception>
    public static BackupFolder Open(string path, DecryptionKeyProvider keys, BackupKeyStore? trusted = null)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(full))
        {
            throw new DeployException("BackupNotFound", FaultCategory.ObjectNotFound, $"There is no backup at {full}.",
                "Name the folder that Backup-RsolvState put out as Path.")
            { Subject = full };
        }

        if (System.IO.Path.GetFileName(full).StartsWith(UnfinishedPrefix, StringComparison.Ordinal))
            throw ManifestFile.Corrupt(full, IsBeingWritten(full) ? "it is being written" : "it was interrupted while it was written");
        var (manifest, hash) = ManifestFile.Read(full);
        var signature = new SignatureCheck(full, manifest.Signature, hash);
        return new BackupFolder(full, manifest, hash, signature, signature.VerifyByCertificate(trusted ?? BackupKeyStore.ForUser()), keys);
    }

    /// <summary>Whether a process is writing it now.</summary>
    public static bool IsBeingWritten(string path) => FileLock.IsHeld(System.IO.Path.Combine(path, WritingName));

    /// <summary>Holds every file against the manifest: none missing, changed, swapped or added.</summary>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>, naming the first file that is not right.</exception>
    public async Task VerifyAsync(CancellationToken ct)
    {
        await ProveAsync(ct);
        var known = Manifest.Items.Select(item => item.File).ToHashSet(StringComparer.Ordinal);
        known.Add(ManifestFile.Name);
        known.Add(ManifestFile.HashName);
        known.UnionWith(ManifestSigner.FilesFor(Manifest));
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos("*", everything))
        {
            var relative = System.IO.Path.GetRelativePath(Path, entry.FullName).Replace(System.IO.Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
                throw ManifestFile.Corrupt(Path, $"{relative} is a link");
            if (entry is FileInfo && !known.Contains(relative))
                throw ManifestFile.Corrupt(Path, $"{relative} is not in the manifest");
        }

        await Parallel.ForEachAsync(Manifest.Items, ct, (item, token) =>
        {
            token.ThrowIfCancellationRequested();
            ReadFile(item);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The object as it was backed up, decrypted if need be.</summary>
    /// <exception cref="DeployException">
    /// <c>BackupObjectNotFound</c>, <c>BackupCorrupt</c>, <c>DecryptionKeyMissing</c>, <c>DecryptionFailed</c>.
    /// </exception>
    public async Task<JsonObject> ReadObjectAsync(string kind, string name, CancellationToken ct)
    {
        var item = Manifest.Items.FirstOrDefault(candidate => candidate.Kind == kind && candidate.Name == name)
            ?? throw new DeployException("BackupObjectNotFound", FaultCategory.ObjectNotFound, $"The backup {Path} holds no {kind}/{name}.",
                "Use another backup; Items lists what one holds.")
            { Subject = $"{kind}/{name}" };
        return await ReadObjectAsync(item, ct);
    }

    /// <inheritdoc cref="ReadObjectAsync(string, string, CancellationToken)"/>
    public async Task<JsonObject> ReadObjectAsync(ManifestItem item, CancellationToken ct)
    {
        await ProveAsync(ct);
        var bytes = ReadFile(item);
        var plain = item.Encrypted ? Decrypt(item, bytes, await KeyAsync(ct)) : bytes;
        try
        {
            var resource = ObjectYamlReader.Read(plain);
            if (!IsWhatTheManifestSays(resource, item))
                throw ManifestFile.Corrupt(Path, $"{item.File} holds another object than {item.Kind}/{item.Name}");
            return resource;
        }
        catch (FormatException e)
        {
            throw ManifestFile.Corrupt(Path, $"{item.File} cannot be read: {e.Message}", e);
        }
        finally
        {
            if (item.Encrypted)
                CryptographicOperations.ZeroMemory(plain);
        }
    }

    public void Dispose()
    {
        _key?.Dispose();
        _keyGate.Dispose();
    }

    private static bool IsWhatTheManifestSays(JsonObject resource, ManifestItem item) =>
        Text(resource["apiVersion"]) == item.ApiVersion && Text(resource["kind"]) == item.Kind
        && resource["metadata"] is JsonObject metadata
        && Text(metadata["name"]) == item.Name && Text(metadata["namespace"]) == item.Namespace;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private byte[] ReadFile(ManifestItem item)
    {
        var path = System.IO.Path.Combine(Path, item.File);
        var file = new FileInfo(path);
        if (file.LinkTarget is not null || file.Directory?.LinkTarget is not null)
            throw ManifestFile.Corrupt(Path, $"{item.File} is a link");
        if (!file.Exists)
            throw ManifestFile.Corrupt(Path, $"{item.File} is missing");
        if (file.Length > LargestFile)
            throw ManifestFile.Corrupt(Path, $"{item.File} is larger than any object is");
        if (file.Length != item.Size)
            throw ManifestFile.Corrupt(Path, $"{item.File} has {file.Length} bytes instead of {item.Size}");
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForRead(path, e);
        }

        if (Convert.ToHexString(SHA256.HashData(bytes)).Equals(item.Sha256, StringComparison.OrdinalIgnoreCase))
            return bytes;
        throw ManifestFile.Corrupt(Path, $"{item.File} was changed after it was written");
    }

    private byte[] Decrypt(ManifestItem item, byte[] bytes, DecryptionKey key)
    {
        try
        {
            return CmsEnvelope.Parse(bytes).Open(key)
                ?? throw new DeployException("DecryptionFailed", FaultCategory.SecurityError,
                    $"The key or passphrase does not open {item.File} of the backup {Path}.",
                    $"Use one that it was encrypted for: {Manifest.Encryption.Describe()}.")
                { Subject = Path };
        }
        catch (FormatException e)
        {
            throw ManifestFile.Corrupt(Path, $"{item.File} cannot be read: {e.Message}", e);
        }
        catch (CryptographicException e)
        {
            throw ManifestFile.Corrupt(Path, $"{item.File} was changed after it was encrypted", e);
        }
    }

    // Nothing is taken out of a backup before its manifest is proven.
    private async Task ProveAsync(CancellationToken ct)
    {
        if (_proven) return;
        _signature.VerifyByPassphrase(await FindKeyAsync(ct));
        _proven = true;
    }

    private async Task<DecryptionKey> KeyAsync(CancellationToken ct) =>
        await FindKeyAsync(ct)
        ?? throw new DeployException("DecryptionKeyMissing", FaultCategory.SecurityError,
            $"The backup {Path} is encrypted, and no key for it is here.",
            $"Give a key or passphrase that it was encrypted for: {Manifest.Encryption.Describe()}.")
        { Subject = Path };

    private async Task<DecryptionKey?> FindKeyAsync(CancellationToken ct)
    {
        await _keyGate.WaitAsync(ct);
        try
        {
            return _key ??= await _keys(Manifest, ct);
        }
        finally
        {
            _keyGate.Release();
        }
    }
}
