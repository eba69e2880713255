using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Completion;

/// <summary>Completes the objects in the backup on the line, as Kind/name, and their kinds.</summary>
public sealed class BackupObjectCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene)
    {
        var path = scene["Path"] ?? scene["LiteralPath"] ?? scene["FromBackup"];
        return (path is object[] { Length: > 0 } several ? several[0] : path)?.ToString() is { Length: > 0 } folder ? Objects(folder) : [];
    }

    private static IReadOnlyList<Candidate> Objects(string path)
    {
        try
        {
            using var folder = BackupFolder.Open(Path.GetFullPath(path, CurrentLocation.OfThisRunspace()));
            var kinds = folder.Manifest.Items.Select(item => item.Kind).Distinct().Select(kind => new Candidate($"{kind}/*"));
            return [.. kinds, .. folder.Manifest.Items.Select(item => new Candidate($"{item.Kind}/{item.Name}"))];
        }
        catch (Exception e) when (e is DeployException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // the command itself reports what is wrong with the path
        }
    }
}
