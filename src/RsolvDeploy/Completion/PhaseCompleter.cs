using RsolvDeploy.Deployments.Checklist;

namespace RsolvDeploy.Completion;

/// <summary>Completes the names of the phases of the checklist.</summary>
public sealed class PhaseCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        ChecklistPhases.All.Select(phase => new Candidate(phase.Name));
}
