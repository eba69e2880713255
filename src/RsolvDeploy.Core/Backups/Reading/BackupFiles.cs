using System.Security.Cryptography;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Signing;

namespace RsolvDeploy.Backups.Reading;

/// <summary>The files of a backup. Reading verifies them by the manifest.</summary>
/// <param name="folder">The folder of the backup.</param>
/// <param name="manifest">Its manifest.</param>
internal sealed class BackupFiles(string folder, BackupManifest manifest)
{
    // An API server stores objects of at most 3 MiB; as YAML with every character escaped, they are several times as large. A file of
    // many objects ends with the one that makes it longer than 1 MiB.
    private const long LargestFile = 32 << 20;

    private readonly FileLayout _layout = new(folder, manifest.Items);

    /// <summary>Verifies that no file is missing, changed, exchanged or added.</summary>
    /// <exception cref="Errors.DeployException"><c>BackupCorrupt</c>, naming the first file that differs.</exception>
    public Task VerifyAsync(CancellationToken ct)
    {
        RefuseOthers();
        return Parallel.ForEachAsync(_layout.Files, ct, (file, token) =>
        {
            token.ThrowIfCancellationRequested();
            Verify(file);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Reads the bytes of an object.</summary>
    /// <exception cref="Errors.DeployException"><c>BackupCorrupt</c>, <c>BackupUnreadable</c>.</exception>
    public byte[] Read(ManifestItem item)
    {
        var bytes = Read(item.File, item);
        Verify(item, bytes);
        return bytes;
    }

    private void RefuseOthers()
    {
        var known = _layout.Files.ToHashSet(StringComparer.Ordinal);
        known.Add(ManifestFile.Name);
        known.Add(ManifestFile.HashName);
        known.UnionWith(ManifestSigner.FilesFor(manifest));
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", everything))
        {
            var relative = Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
                throw ManifestFile.Corrupt(folder, $"{relative} is a link");
            if (entry is FileInfo && !known.Contains(relative))
                throw ManifestFile.Corrupt(folder, $"{relative} is not in the manifest");
        }
    }

    private void Verify(string file)
    {
        var bytes = Read(file, part: null);
        foreach (var item in _layout.ObjectsOf(file))
        {
            Verify(item, bytes.AsSpan((int)item.Start, (int)item.Size));
            var after = bytes.AsSpan((int)item.End);
            // What a program reads that applies the whole file.
            if (!after.IsEmpty && !after.StartsWith(ManifestItem.Separator(item.Encrypted)))
                throw ManifestFile.Corrupt(folder, $"{file} was changed after it was written");
        }
    }

    private byte[] Read(string name, ManifestItem? part)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (file.LinkTarget is not null || file.Directory?.LinkTarget is not null)
            throw ManifestFile.Corrupt(folder, $"{name} is a link");
        if (!file.Exists)
            throw ManifestFile.Corrupt(folder, $"{name} is missing");
        if (file.Length > LargestFile)
            throw ManifestFile.Corrupt(folder, $"{name} is larger than an object can be");
        if (file.Length != _layout.LengthOf(name))
            throw ManifestFile.Corrupt(folder, $"{name} has {file.Length} bytes instead of {_layout.LengthOf(name)}");
        return ManifestFile.ReadBytes(folder, name, LargestFile, part is null ? .. : (int)part.Start..(int)part.End);
    }

    private void Verify(ManifestItem item, ReadOnlySpan<byte> bytes)
    {
        if (!Convert.ToHexString(SHA256.HashData(bytes)).Equals(item.Sha256, StringComparison.OrdinalIgnoreCase))
            throw ManifestFile.Corrupt(folder, $"{item.File} was changed after it was written");
    }
}
