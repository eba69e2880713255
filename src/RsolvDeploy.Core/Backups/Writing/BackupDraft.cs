using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>
/// The folder of a backup while it is written. It gets its final name when it is complete; until then, disposing deletes it.
/// </summary>
internal sealed class BackupDraft : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;

    private BackupDraft(string folder, string path)
    {
        (_folder, Path) = (folder, path);
        PrivateStorage.CreateFolder(path);
        // Locked while it is written, so that no other process deletes it.
        _lock = FileLock.TryAcquire(System.IO.Path.Combine(path, BackupLocation.LockName)) ?? throw Exists(path);
    }

    /// <summary>The folder to write to.</summary>
    public string Path { get; }

    /// <summary>Creates the draft of a backup.</summary>
    /// <param name="folder">The final folder.</param>
    /// <exception cref="DeployException"><c>BackupExists</c>.</exception>
    public static BackupDraft Create(string folder)
    {
        var path = BackupLocation.UnfinishedPath(folder);
        foreach (var existing in new[] { folder, path })
            if (System.IO.Path.Exists(existing)) throw Exists(existing);
        try
        {
            return new BackupDraft(folder, path);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            Delete(path);
            throw;
        }
    }

    /// <summary>Deletes the draft that a killed process left, unless another process writes it.</summary>
    /// <param name="folder">The final folder.</param>
    public static void DeleteAbandoned(string folder)
    {
        var path = BackupLocation.UnfinishedPath(folder);
        if (Directory.Exists(path) && !BackupLocation.IsBeingWritten(path)) Delete(path);
    }

    /// <summary>The folder of a kind, empty.</summary>
    public string CreateKindFolder(ResourceKind kind)
    {
        var folder = System.IO.Path.Combine(Path, BackupKinds.FolderFor(kind));
        PrivateStorage.CreateFolder(folder);
        return folder;
    }

    /// <summary>Flushes everything to the disk, then gives the backup its final name.</summary>
    public void Complete()
    {
        _lock.Dispose();
        File.Delete(_lock.Name);
        DiskFlush.Run(Path);
        Directory.Move(Path, _folder);
        try
        {
            DiskFlush.Folder(System.IO.Path.GetDirectoryName(_folder)!);
        }
        catch (IOException)
        {
            Directory.Move(_folder, Path); // the name may not survive a crash: the backup is not complete
            throw;
        }
    }

    /// <summary>Deletes the draft unless it is complete.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        Delete(Path);
    }

    private static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            // The error that ended the backup matters more; the name of the folder says that it is incomplete.
        }
    }

    private static DeployException Exists(string folder) =>
        new("BackupExists", FaultCategory.ResourceExists, $"A backup exists already at {folder}; it was not changed.",
            "Try again a second later, or name another folder.")
        { Subject = folder };
}
