using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds the release to roll back to when the operator specifies none.</summary>
internal static class LastKnownGood
{
    /// <summary>The last known good release; when there is none, the previous revision.</summary>
    /// <param name="context">The context; its reporter gets a warning about releases that are not proven, which choose nothing.</param>
    /// <param name="previousRevision">The previous revision, when the failed step recorded it.</param>
    /// <param name="options">Whether a person is there, and whether the running release is no candidate.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException">
    /// <c>HistoryIncomplete</c>: an unattended rollback, and neither the history nor the failed step names a release.
    /// </exception>
    public static async Task<RollbackRequest> FindAsync(
        StepContext context, long? previousRevision, RollbackOptions options, CancellationToken ct)
    {
        var (cluster, target) = (context.Cluster, context.Target);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var running = PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)) ?? "";
        var (releases, missing) = await ReadAsync(context, options, ct);
        var (good, choice) = ReleaseChoice.FindRollback(releases, running, options.OwnRelease);
        if (good is null && previousRevision is null && missing is not null) throw ReleaseHistory.IncompleteError(target, missing);
        return new RollbackRequest
        {
            ToImage = good,
            Revision = ReleaseChoice.RevisionOf(releases, good),
            PreviousRevision = previousRevision,
            Choice = choice,
        };
    }

    /// <summary>The releases that may choose; without a person, what is missing in the history too.</summary>
    public static async Task<(IReadOnlyList<Release> Releases, string? Missing)> ReadAsync(
        StepContext context, RollbackOptions options, CancellationToken ct)
    {
        var history = new ReleaseHistory(context.Cluster, context.Target);
        // A run that rolls back its own release asks nobody either.
        return options.Unattended || options.OwnRelease
            ? await history.ReadUnattendedAsync(context.Reporter, ct)
            : (await history.ReadProvenAsync(context.Reporter, ct), null);
    }
}
