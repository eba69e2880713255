using System.Collections.Concurrent;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>
/// Restores objects from a backup. It writes only objects that differ, and records each of them, so that an interrupted restore continues
/// when it is run again.
/// </summary>
internal static class StateRestorer
{
    private const int AtOnce = 8;

    // Errors that every other object would meet too.
    private static readonly string[] FatalErrors =
    [
        "ClusterUnreachable", "ClusterUnauthorized", "ClusterCertificateInvalid", "NamespaceNotFound", "LockLost", "LedgerNotWritable",
    ];

    /// <summary>Compares the backup with the live state; changes nothing.</summary>
    public static async Task<RestorePlan> PlanAsync(
        ClusterClient cluster, Target target, BackupFolder backup, ObjectFilter filter, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        await backup.VerifyAsync(ct);
        var live = await LiveState.ReadAsync(cluster, target.Namespace, backup.Manifest, ct);
        return new RestorePlan(target, backup, live, filter, await StateComparer.CompareAsync(backup, live, filter, ct));
    }

    /// <summary>The result of a plan without changes. Nothing is written or recorded.</summary>
    public static StateRestore CreateUnchangedResult(RestorePlan plan, string runId) =>
        new RestoreOutcome(plan, runId, CheckTimer.Start(plan.Clock), null).ToResult(plan.Unchanged);

    /// <summary>Applies a plan, one kind after another, the objects of a kind in parallel.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="ledger">The ledger of the run; it records the result of each object.</param>
    /// <param name="reporter">Where progress is shown.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<StateRestore> ApplyAsync(
        ClusterClient cluster, RestorePlan plan, RunLedger ledger, IReporter reporter, CancellationToken ct)
    {
        var timer = CheckTimer.Start(plan.Clock);
        var scaled = await ScaledDeployments.FindAsync(cluster, plan.Target, ct);
        var done = await ChangeAllAsync(new ObjectRestorer(cluster, plan, scaled), plan, ledger, reporter, ct);
        return new RestoreOutcome(plan, ledger.Folder.Id, timer, ledger.Folder.Ledger).ToResult([.. plan.Unchanged, .. done]);
    }

    private static async Task<IReadOnlyCollection<RestoredObject>> ChangeAllAsync(
        ObjectRestorer restorer, RestorePlan plan, RunLedger ledger, IReporter reporter, CancellationToken ct)
    {
        var activity = $"Restoring {plan.Target.Name}";
        var changes = plan.Changes;
        var done = new ConcurrentQueue<RestoredObject>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            foreach (var kind in changes.GroupBy(change => change.Kind))
            {
                var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop.Token };
                await Parallel.ForEachAsync(kind, options, async (change, _) =>
                {
                    // The loop may see the stop late; this worker must not start another object after it.
                    stop.Token.ThrowIfCancellationRequested();
                    // A running write ends even when another one fails, so that its result is known.
                    var (result, continues) = await TryAsync(restorer, change, ct);
                    ledger.TryAppend(LedgerEvent.Object, result, RestoreJson.Default);
                    done.Enqueue(result);
                    reporter.Progress(new ProgressUpdate(activity, $"{change.Kind}/{change.Name}", 100 * done.Count / changes.Count));
                    if (!continues) await stop.CancelAsync();
                });
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var started = done.Select(one => (one.Kind, one.Name)).ToHashSet();
            foreach (var left in changes.Where(change => !started.Contains((change.Kind, change.Name))))
                done.Enqueue(new RestoredObject(left.Kind, left.Name, RestoreAction.NotReached, "the restore ended before"));
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"The restore was stopped after {done.Count} of {changes.Count} objects; {ledger.Folder.Ledger} lists them. "
                + $"Continue with: Resume-RsolvDeployment {ledger.Folder.Id}");
            throw;
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }

        return done;
    }

    private static async Task<(RestoredObject Result, bool Continues)> TryAsync(
        ObjectRestorer restorer, StateDifference change, CancellationToken ct)
    {
        try
        {
            return (await restorer.RestoreAsync(change, ct), true);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            var failed = new RestoredObject(change.Kind, change.Name, RestoreAction.Failed, $"{error.Message} {error.Remedy}".Trim());
            return (failed, !FatalErrors.Contains(error.Id));
        }
    }
}
