using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Adds releases to the history. A history that cannot be written is a warning and never fails the step.</summary>
/// <param name="context">The step's context.</param>
internal sealed class ReleaseRecorder(StepContext context)
{
    private readonly ConfigurationSnapshot _snapshot = new(context.Cluster, context.Target);

    /// <summary>Adds a release, and deletes snapshots that no release names any more.</summary>
    public async Task RecordAsync(Release release, CancellationToken ct)
    {
        try
        {
            release = release with { By = RunLedger.Actor, RunId = context.RunId, Ledger = context.Journal.Head };
            await new ReleaseHistory(context.Cluster, context.Target).AppendAsync(release, ct);
            if ((release.Configuration ?? release.ConfigurationBefore) is not null) await _snapshot.PruneAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"The release was not recorded in the history: {error.Message} {error.Remedy}");
        }
    }

    /// <summary>Adds a rollback.</summary>
    /// <param name="rollback">The rollback.</param>
    /// <param name="snapshotBefore">The Secret with the configuration snapshot from before it; null for none.</param>
    /// <param name="ct">Cancels.</param>
    public Task RecordAsync(Rollback rollback, string? snapshotBefore, CancellationToken ct)
    {
        var crossed = rollback.MigrationsCrossed.Count == 0
            ? ""
            : $" (-AllowSchemaMismatch, across {string.Join(", ", rollback.MigrationsCrossed)})";
        return RecordAsync(
            new Release(rollback.Image ?? "", context.Clock.GetUtcNow())
            {
                Revision = rollback.Revision,
                Status = rollback.Status,
                IsRollback = true,
                Reason = rollback.Reason + crossed,
                ConfigurationBefore = snapshotBefore,
                Workloads = [.. rollback.Workloads.Select(one =>
                    new WorkloadRelease(one.Workload.Kind, one.Workload.Name, one.Image ?? "")
                    {
                        PreviousImage = one.PreviousImage,
                        Revision = one.Revision,
                    })],
            },
            ct);
    }

    /// <summary>Saves the ConfigMaps and Secrets that the running release refers to.</summary>
    /// <returns>The Secret with the snapshot; null when they could not be saved, which is a warning.</returns>
    public async Task<string?> SnapshotAsync(string? last, CancellationToken ct)
    {
        try
        {
            var deployment = await ReleaseWorkloads.ReadAsync(context.Cluster, context.Target, ct);
            return await _snapshot.SaveAsync(deployment, last, context.RunId, context.Reporter, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            context.Reporter.Warning($"The configuration of the release was not saved: {UnexpectedError.From(e).Message}");
            return null;
        }
    }
}
