using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts.Live;

namespace RsolvDeploy.Completion;

/// <summary>Completes the pods of the target.</summary>
public sealed class PodCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        scene.FindTarget() is { } target && scene.FindSession() is { } session
            ? session.Completions.Get($"pods of {target.ConfigurationPath} {target.Name}", ct => ReadAsync(target, ct))
            : [];

    private static async Task<IReadOnlyList<Candidate>> ReadAsync(Target target, CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var live = await new LiveDeploymentReader(cluster, target, SilentReporter.Instance, TimeProvider.System).ReadAsync(ct);
        return [.. live.Pods.Select(pod => new Candidate(pod.Name, pod.ToString()))];
    }
}
