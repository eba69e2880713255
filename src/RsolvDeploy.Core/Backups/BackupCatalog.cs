using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups;

/// <summary>The backups in a folder.</summary>
internal static class BackupCatalog
{
    /// <summary>Every backup of a target, newest first; one that cannot be read names the reason.</summary>
    public static async Task<IReadOnlyList<BackupInfo>> ListAsync(string root, string target, bool verify, CancellationToken ct)
    {
        if (!Directory.Exists(root)) return [];
        var found = new List<BackupInfo>();
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories().Where(folder => folder.LinkTarget is null))
        {
            ct.ThrowIfCancellationRequested();
            if (await ReadAsync(folder.FullName, target, verify, ct) is { } info) found.Add(info);
        }

        return found.OrderByDescending(info => info.Created).ThenByDescending(info => info.Path, StringComparer.Ordinal).ToArray();
    }

    /// <summary>The newest backup whose files match its manifest and whose signer is trusted; null for none.</summary>
    public static async Task<BackupInfo?> FindNewestGoodAsync(IEnumerable<BackupInfo> backups, CancellationToken ct)
    {
        foreach (var info in backups.Where(info => info.Complete).OrderByDescending(info => info.Created))
        {
            try
            {
                using var folder = BackupFolder.Open(info.Path);
                await folder.VerifyAsync(ct);
                return info;
            }
            catch (DeployException e) when (e.Id.StartsWith("Backup", StringComparison.Ordinal))
            {
                continue; // Get-RsolvBackup -Verify shows what is wrong with it
            }
        }

        return null;
    }

    /// <summary>
    /// The backups that a policy deletes. It never deletes the newest complete one, the newest good one, and a backup that cannot be read,
    /// which may be the only one.
    /// </summary>
    /// <param name="backups">All of a target.</param>
    /// <param name="good">The newest good one; when there is none, the policy deletes nothing.</param>
    /// <param name="keep">How many complete ones to keep; null for all.</param>
    /// <param name="before">Backups older than this are deleted too; null for no age.</param>
    public static IReadOnlyList<BackupInfo> Outdated(IReadOnlyList<BackupInfo> backups, BackupInfo? good, int? keep, DateTimeOffset? before)
    {
        if (good is null) return [];
        var complete = backups.Where(info => info is { Complete: true, Problem.Length: 0 }).OrderByDescending(info => info.Created);
        return complete.Skip(1).Where((info, index) => info != good && (index + 1 >= keep || info.Created < before)).ToArray();
    }

    /// <summary>Deletes a backup.</summary>
    /// <exception cref="DeployException"><c>BackupNotFound</c>: the folder is no backup; <c>BackupBusy</c>: it is being written;
    /// <c>BackupNotDeleted</c>.</exception>
    public static void Delete(string path)
    {
        var folder = new DirectoryInfo(path);
        var isBackup = folder is { Exists: true, LinkTarget: null }
            && (BackupLocation.IsUnfinished(path) || File.Exists(Path.Combine(path, ManifestFile.Name)));
        if (!isBackup)
        {
            throw new DeployException("BackupNotFound", FaultCategory.ObjectNotFound,
                $"{path} is no backup; nothing was deleted.", "Name a folder that Get-RsolvBackup lists.")
            { Subject = path };
        }

        if (BackupLocation.IsBeingWritten(path))
        {
            throw new DeployException("BackupBusy", FaultCategory.ResourceBusy,
                $"Another process is writing the backup {path}; it was not deleted.",
                "Wait until it is complete, or end the process that writes it.")
            { Subject = path };
        }

        try
        {
            // Renamed first, so that a backup that is half deleted does not look complete.
            if (BackupLocation.UnfinishedPath(path) is var unfinished && path != unfinished) folder.MoveTo(unfinished);
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw new DeployException("BackupNotDeleted", FaultCategory.WriteError,
                $"The backup {path} cannot be deleted: {e.Message}", "Check the permissions of the folder.", e)
            { Subject = path };
        }
    }

    private static async Task<BackupInfo?> ReadAsync(string path, string target, bool verify, CancellationToken ct)
    {
        var name = Path.GetFileName(path);
        if (BackupLocation.IsUnfinished(path)) return ReadUnfinished(path, name[BackupLocation.UnfinishedPrefix.Length..], target);
        try
        {
            using var folder = BackupFolder.Open(path);
            var manifest = folder.Manifest;
            if (manifest.Target != target) return null;
            var problem = verify ? await FindProblemAsync(folder, ct) : "";
            return new BackupInfo(path, true)
            {
                TargetName = manifest.Target,
                Created = manifest.Created,
                Image = manifest.Image,
                Revision = manifest.Revision,
                Items = manifest.Items.Count,
                Size = manifest.Items.Sum(item => item.Size),
                Verified = verify ? problem.Length == 0 : null,
                Problem = problem,
            };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // One folder that nobody can read is one row.
            return BackupLocation.IsOf(target, name)
                ? new BackupInfo(path, false)
                {
                    TargetName = target,
                    Created = BackupLocation.TimestampOf(name, target),
                    Verified = false,
                    Problem = e.Message,
                }
                : null;
        }
    }

    private static BackupInfo? ReadUnfinished(string path, string name, string target) => !BackupLocation.IsOf(target, name)
        ? null
        : new BackupInfo(path, false)
        {
            TargetName = target,
            Created = BackupLocation.TimestampOf(name, target),
            Problem = BackupLocation.IsBeingWritten(path) ? "it is being written" : "it was interrupted while it was written or deleted",
        };

    // A backup of an unknown signer may be complete: only trust in its signer is missing.
    private static async Task<string> FindProblemAsync(BackupFolder folder, CancellationToken ct)
    {
        try
        {
            await folder.VerifyAsync(ct);
            return "";
        }
        catch (DeployException e) when (e.Id == "BackupSignerUnknown")
        {
            return $"{e.Message} {e.Remedy}";
        }
    }
}
