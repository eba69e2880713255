using System.Globalization;

namespace RsolvDeploy.Completion;

/// <summary>Completes the process ids of the sandboxes that the session started.</summary>
public sealed class SandboxCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        scene.FindSession()?.Sandboxes.Keys.Order().Select(id => new Candidate(id.ToString(CultureInfo.InvariantCulture))) ?? [];
}
