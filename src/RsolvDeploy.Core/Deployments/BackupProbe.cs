using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Determines on disk whether a backup is complete or deleted.</summary>
internal static class BackupProbe
{
    /// <summary>Whether the backup is complete: all files match its signed manifest.</summary>
    public static async Task<ProbeResult> RunAsync(Target target, BackupFacts facts, CancellationToken ct)
    {
        var root = Path.GetDirectoryName(facts.Folder)!;
        var found = (await BackupCatalog.ListAsync(root, target.Name, verify: true, ct)).FirstOrDefault(info => info.Path == facts.Folder);
        if (found is { Complete: true, Verified: true }) return new ProbeResult(true, $"the backup is complete: {facts.Folder}");
        var problem = found is { Problem.Length: > 0 } ? $" ({found.Problem})" : "";
        return new ProbeResult(false, $"there is no complete backup {facts.Folder}{problem}");
    }

    /// <summary>Whether the backup is deleted.</summary>
    public static ProbeResult FindRemoval(BackupFacts facts)
    {
        string[] names = [facts.Folder, BackupLocation.UnfinishedPath(facts.Folder)];
        return names.FirstOrDefault(Directory.Exists) is { } remaining
            ? new ProbeResult(false, $"the backup is not completely deleted: {remaining}") { Folder = remaining }
            : new ProbeResult(true, $"the backup is deleted: {facts.Folder}");
    }
}
