using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Reading;

/// <summary>A complete backup. Opening it verifies the manifest by its hash; reading a file verifies it by the manifest.</summary>
internal sealed class BackupFolder : IDisposable
{
    private readonly DecryptionKeyProvider _keys;
    private readonly SemaphoreSlim _keyGate = new(1, 1);
    private readonly BackupFiles _files;
    private readonly SignatureCheck _signature;
    private DecryptionKey? _key;
    private bool _isSignatureVerified;

    private BackupFolder(string path, DecryptionKeyProvider keys, BackupKeyStore trusted)
    {
        (Path, _keys) = (path, keys);
        (Manifest, var hash) = ManifestFile.Read(path);
        RefuseOtherName(path);
        _files = new BackupFiles(path, Manifest);
        ManifestHash = Convert.ToHexString(hash).ToLowerInvariant();
        _signature = new SignatureCheck(path, Manifest.Signature, hash);
        _isSignatureVerified = _signature.VerifyByCertificate(trusted);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The manifest. Its signature may not be verified yet.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>SHA-256 of the file of the manifest, lower-case hex.</summary>
    public string ManifestHash { get; }

    /// <summary>Opens a backup with the operator's own key.</summary>
    public static BackupFolder Open(string path) => Open(path, BackupKeyStore.ForUser());

    /// <summary>Opens a backup with the key pair of a store, whose certificates are trusted.</summary>
    public static BackupFolder Open(string path, BackupKeyStore own) =>
        Open(path, (manifest, _) => ValueTask.FromResult(own.FindKey(manifest)), own);

    /// <summary>Opens a backup.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="keys">Provides the key when the first encrypted object is read, or when only a passphrase can
    /// verify the manifest.</param>
    /// <param name="trusted">Whose signatures are trusted; null for the user's store.</param>
    /// <exception cref="DeployException"><c>BackupNotFound</c>, <c>BackupCorrupt</c>, <c>BackupFormatUnknown</c>, <c>BackupUnreadable</c>;
    /// reading may throw <c>BackupSignerUnknown</c>.</exception>
    public static BackupFolder Open(string path, DecryptionKeyProvider keys, BackupKeyStore? trusted = null)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(full))
        {
            throw new DeployException("BackupNotFound", FaultCategory.ObjectNotFound, $"There is no backup at {full}.",
                "Name the folder that Backup-RsolvState returned as Path.")
            { Subject = full };
        }

        if (BackupLocation.IsUnfinished(full))
        {
            throw ManifestFile.Corrupt(
                full, BackupLocation.IsBeingWritten(full) ? "it is being written" : "it was interrupted while it was written");
        }

        return new BackupFolder(full, keys, trusted ?? BackupKeyStore.ForUser());
    }

    /// <summary>Verifies that no file is missing, changed, exchanged or added.</summary>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>, naming the first file that differs.</exception>
    public async Task VerifyAsync(CancellationToken ct)
    {
        await VerifySignatureAsync(ct);
        await _files.VerifyAsync(ct);
    }

    /// <summary>Reads an object, and decrypts it where it is encrypted.</summary>
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
        await VerifySignatureAsync(ct);
        var bytes = _files.Read(item);
        var plain = item.Encrypted ? Decrypt(item, bytes, await KeyAsync(ct)) : bytes;
        try
        {
            var resource = ObjectYamlReader.Read(plain);
            if (!Matches(resource, item))
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

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _key?.Dispose();
        _keyGate.Dispose();
    }

    // An older backup that was copied over this folder must not pass as the new one.
    private void RefuseOtherName(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        if (!BackupLocation.IsOf(Manifest.Target, name)) return;
        var named = BackupLocation.TimestampOf(name, Manifest.Target);
        if (named != DateTimeOffset.MinValue && Math.Abs((named - Manifest.Created).TotalSeconds) >= 1)
            throw ManifestFile.Corrupt(path, $"its name is that of another backup: it was created on {Manifest.Created.UtcDateTime:u}");
    }

    private static bool Matches(JsonObject resource, ManifestItem item) =>
        Text(resource["apiVersion"]) == item.ApiVersion && Text(resource["kind"]) == item.Kind
        && resource["metadata"] is JsonObject metadata
        && Text(metadata["name"]) == item.Name && Text(metadata["namespace"]) == item.Namespace;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

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

    // No object is read before the signature of the manifest is verified.
    private async Task VerifySignatureAsync(CancellationToken ct)
    {
        if (_isSignatureVerified) return;
        _signature.VerifyByPassphrase(await FindKeyAsync(ct));
        _isSignatureVerified = true;
    }

    private async Task<DecryptionKey> KeyAsync(CancellationToken ct) =>
        await FindKeyAsync(ct)
        ?? throw new DeployException("DecryptionKeyMissing", FaultCategory.SecurityError,
            $"The backup {Path} is encrypted, and no key that decrypts it was found.",
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
