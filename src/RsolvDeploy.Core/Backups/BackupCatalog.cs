using System.Globalization;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups;

/// <summary>The backups in a folder.</summary>
internal static class BackupCatalog
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The folder of a target's backups.</summary>
    public static string RootOf(Target target) =>
        target.Backup.Path ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".rsolv", "backups");

    /// <summary>Every backup of a target, newest first; one that cannot be read says why.</summary>
    public static async Task<IReadOnlyList<BackupInfo>> ListAsync(string root, string target, bool verify, CancellationToken ct)
    {
        if (!Directory.Exists(root)) return [];
        var found = new List<BackupInfo>();
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories().Where(folder => folder.LinkTarget is null))
        {
            ct.ThrowIfCancellationRequested();
            if (await ReadAsync(folder.FullName, target, verify, ct) is { } info) found.Add(info);
        }

        return [.. found.OrderByDescending(info => info.Created).ThenByDescending(info => info.Path, StringComparer.Ordinal)];
    }

    /// <summary>The newest backup of which every file was held against its manifest, and whose signer is trusted; null when there is none.</summary>
    public static async Task<BackupInfo?> NewestGoodAsync(IEnumerable<BackupInfo> backups, CancellationToken ct)
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
                continue; // Get-RsolvBackup -Verify says what is wrong with it
            }
        }

        return null;
    }

    /// <summary>Which backups a policy lets go. The newest that is complete always stays, and the newest good one; so does what cannot be read: it may be somebody's only one.</summary>
    /// <param name="backups">All of a target.</param>
    /// <param name="good">The newest good one; when there is none, nothing goes.</param>
    /// <param name="keep">How many complete ones to keep; null for all.</param>
    /// <param name="before">Those taken before go too; null for no age.</param>
    public static IReadOnlyList<BackupInfo> Outdated(IReadOnlyList<BackupInfo> backups, BackupInfo? good, int? keep, DateTimeOffset? before)
    {
        if (good is null) return [];
        var complete = backups.Where(info => info is { Complete: true, Problem.Length: 0 }).OrderByDescending(info => info.Created).ToList();
        return [.. complete.Skip(1).Where((info, index) => info != good && (index + 1 >= keep || info.Created < before))];
    }

    /// <summary>Takes a backup away.</summary>
    /// <exception cref="DeployException"><c>BackupNotFound</c>: the folder is no backup; <c>BackupBusy</c>: it is being written; <c>BackupNotDeleted</c>.</exception>
    public static void Delete(string path)
    {
        var folder = new DirectoryInfo(path);
        var isBackup = folder is { Exists: true, LinkTarget: null } && (folder.Name.StartsWith(BackupFolder.UnfinishedPrefix, StringComparison.Ordinal) || File.Exists(Path.Combine(path, ManifestFile.Name)));
        if (!isBackup)
        {
            throw new DeployException("BackupNotFound", FaultCategory.ObjectNotFound, $"{path} is no backup; nothing was deleted.", "Name a folder that Get-RsolvBackup lists.") { Subject = path };
        }

        if (BackupFolder.IsBeingWritten(path))
        {
            throw new DeployException("BackupBusy", FaultCategory.ResourceBusy, $"The backup {path} is being written by another process; it was left.", "Wait until it is whole, or end the process that writes it.") { Subject = path };
        }

        try
        {
            // Renamed first: what is deleted half way is no backup any more, and is seen to be none.
            if (UnfinishedName(path) is var gone && path != gone) folder.MoveTo(gone);
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw new DeployException("BackupNotDeleted", FaultCategory.WriteError, $"The backup {path} cannot be deleted: {e.Message}", "Check the permissions of the folder.", e) { Subject = path };
        }
    }

    /// <summary>How a backup is named that is not whole yet, or not any more.</summary>
    public static string UnfinishedName(string path) => Path.GetFileName(path).StartsWith(BackupFolder.UnfinishedPrefix, StringComparison.Ordinal)
        ? path
        : Path.Combine(Path.GetDirectoryName(path)!, BackupFolder.UnfinishedPrefix + Path.GetFileName(path));

    private static async Task<BackupInfo?> ReadAsync(string path, string target, bool verify, CancellationToken ct)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith(BackupFolder.UnfinishedPrefix, StringComparison.Ordinal))
        {
            var rest = name[BackupFolder.UnfinishedPrefix.Length..];
            return rest.StartsWith($"{target}-", StringComparison.Ordinal) ? new BackupInfo(path, false) { TargetName = target, Created = InstantOf(rest, target), Problem = BackupFolder.IsBeingWritten(path) ? "it is being written" : "it was interrupted while it was written or deleted" } : null;
        }

        try
        {
            using var folder = BackupFolder.Open(path);
            var manifest = folder.Manifest;
            if (manifest.Target != target) return null;
            var stranger = verify ? await VerifyAsync(folder, ct) : "";
            return new BackupInfo(path, true)
            {
                TargetName = manifest.Target,
                Created = manifest.Created,
                Image = manifest.Image,
                Revision = manifest.Revision,
                Items = manifest.Items.Count,
                Size = manifest.Items.Sum(item => item.Size),
                Verified = verify ? stranger.Length == 0 : null,
                Problem = stranger,
            };
        }
        catch (DeployException e)
        {
            return name.StartsWith($"{target}-", StringComparison.Ordinal)
                ? new BackupInfo(path, false) { TargetName = target, Created = InstantOf(name, target), Verified = false, Problem = e.Message }
                : null;
        }
    }

    // A backup of somebody unknown may be whole; whether it is cannot be told before its signer is trusted.
    private static async Task<string> VerifyAsync(BackupFolder folder, CancellationToken ct)
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

    private static DateTimeOffset InstantOf(string name, string target)
    {
        var parts = name[(target.Length + 1)..].Split('-');
        return DateTimeOffset.TryParseExact(parts[0], Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MinValue;
    }
}
