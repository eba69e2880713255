using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Completion;

/// <summary>Completes the contexts of the kubeconfig that the command would read.</summary>
public sealed class ContextCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene)
    {
        try
        {
            return [.. KubeconfigLoader.Contexts(scene["Kubeconfig"]?.ToString(), KubeconfigEnvironment.FromProcess())
                .Select(name => new Candidate(name))];
        }
        catch (Exception e) when (e is DeployException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
