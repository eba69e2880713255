using RsolvDeploy.Runs;

namespace RsolvDeploy.Completion;

/// <summary>Completes the ids of recorded runs, newest first.</summary>
public sealed class RunIdCompleter : CandidateCompleter
{
    private const int Most = 50;

    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        RunFolder.All().Take(Most).Select(run => new Candidate(run.Id));
}
