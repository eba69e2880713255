using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Binding;

/// <summary>Finds the folders of backups that the operator specified.</summary>
internal static class BackupPath
{
    /// <summary>The folders of paths with wildcards in their last part, and of literal paths.</summary>
    /// <param name="cmdlet">The command, whose current folder relative paths begin in.</param>
    /// <param name="paths">Paths with wildcards; a folder of exactly that name wins.</param>
    /// <param name="literal">Literal paths.</param>
    /// <exception cref="DeployException">No folder matches, or a path is not one of the file system.</exception>
    public static IReadOnlyList<string> Resolve(RsolvCmdlet cmdlet, IReadOnlyList<string> paths, IReadOnlyList<string> literal) =>
        [.. literal.Select(path => cmdlet.FullPath(path)!), .. paths.SelectMany(path => Match(cmdlet.FullPath(path)!))];

    /// <summary>The folder of a path with wildcards, which has to match one.</summary>
    /// <exception cref="DeployException">No folder or several match.</exception>
    public static string Single(RsolvCmdlet cmdlet, string path) => Resolve(cmdlet, [path], []) is [var only]
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

    private static List<string> Match(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        if (folder is null || name.AsSpan().IndexOfAny('*', '?') < 0 || Directory.Exists(path)) return [path];
        var all = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        var found = all.Where(one => Wildcard.IsMatch(name, Path.GetFileName(one))).Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new DeployException(
            "BackupNotFound",
            FaultCategory.ObjectNotFound,
            $"No backup matches '{path}'.",
            "Get-RsolvBackup lists the backups of a target.")
        { Subject = path };
    }
}
