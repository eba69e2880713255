using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Files;

namespace RsolvDeploy.Completion;

/// <summary>
/// Completes the folders of the target's backups, newest first. Without a target, or before the first backup, PowerShell completes folders.
/// </summary>
public sealed class BackupCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        scene.FindTarget() is { } target && scene.FindSession() is { } session
            ? session.Completions.Get($"backups of {target.ConfigurationPath} {target.Name}", ct => ReadAsync(target, ct))
            : [];

    private static async Task<IReadOnlyList<Candidate>> ReadAsync(Target target, CancellationToken ct)
    {
        var root = BackupLocation.RootFor(target);
        return
        [
            .. (await BackupCatalog.ListAsync(root, target.Name, verify: false, ct)).Where(info => info.Complete).Select(info =>
                new Candidate(info.Path, $"{info.Created.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {info.Items} objects")
                {
                    Short = info.Path.LastIndexOf(Path.DirectorySeparatorChar) + 1,
                }),
        ];
    }
}
