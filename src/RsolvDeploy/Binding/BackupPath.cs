using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Binding;

/// <summary>The folders of backups that the operator specified.</summary>
internal static class BackupPath
{
    /// <summary>Finds the folders of backups.</summary>
    public static PathMatch Folders => new(Directory.Exists, NoMatch);

    /// <summary>The folder of a path with wildcards, which has to match one.</summary>
    /// <exception cref="DeployException">No folder or several match.</exception>
    public static string Single(RsolvCmdlet cmdlet, string path) => Folders.Match(cmdlet, path) is [var only]
        ? only
        : throw new DeployException(
            "BackupAmbiguous",
            FaultCategory.InvalidArgument,
            $"Several backups match '{path}'.",
            "Specify one: Get-RsolvBackup lists them.")
        { Subject = path };

    /// <summary>The target that a backup belongs to.</summary>
    /// <param name="path">The folder of the backup.</param>
    public static TargetReference TargetOf(string path)
    {
        using var folder = BackupFolder.Open(path);
        return new TargetReference(folder.Manifest.Target);
    }

    private static DeployException NoMatch(string path, Exception? cause) => new(
        "BackupNotFound",
        FaultCategory.ObjectNotFound,
        $"No backup matches '{path}'.",
        "Get-RsolvBackup lists the backups of a target.",
        cause)
    { Subject = path };
}
