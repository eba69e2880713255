namespace RsolvDeploy.Completion;

/// <summary>Completes the names of the targets in the configuration that the command would read.</summary>
public sealed class TargetNameCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        scene.Targets().Select(target => new Candidate(target.Name, $"{target.Namespace}/{target.Deployment}"));
}
