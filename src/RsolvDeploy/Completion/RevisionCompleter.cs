using System.Globalization;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;

namespace RsolvDeploy.Completion;

/// <summary>Completes the revisions of the target that are another release than the running one, newest first.</summary>
public sealed class RevisionCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) =>
        scene.FindTarget() is { } target && scene.FindSession() is { } session
            ? session.Completions.Get($"revisions of {target.ConfigurationPath} {target.Name}", ct => ReadAsync(target, ct))
            : [];

    private static async Task<IReadOnlyList<Candidate>> ReadAsync(Target target, CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var workload = await cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        var container = DeploymentReader.Container(workload, target);
        return
        [
            .. (await RevisionSearch.ReadAsync(cluster, target, workload, ct)).Others.Select(known =>
                new Candidate(known.Revision.ToString(CultureInfo.InvariantCulture), known.Describe(container))),
        ];
    }
}
