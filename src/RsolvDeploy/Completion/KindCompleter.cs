using RsolvDeploy.Backups.Selection;

namespace RsolvDeploy.Completion;

/// <summary>Completes the kinds that a backup knows without asking the cluster.</summary>
public sealed class KindCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        BackupKinds.All.Except(BackupKinds.Always).Select(kind => new Candidate(kind.Plural, kind.Kind));
}
