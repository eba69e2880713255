using System.Collections.Concurrent;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Backups;

/// <summary>
/// Brings objects back to what a backup holds. Only what differs is written, each object for itself and each recorded, so that a restore that
/// ended in the middle is taken up by running it again.
/// </summary>
internal static class StateRestorer
{
    private const int AtOnce = 8;

    // What concerns no single object: every other one would meet the same.
    private static readonly string[] OfAll = ["ClusterUnreachable", "ClusterUnauthorized", "ClusterCertificateInvalid", "NamespaceNotFound", "LockLost"];

    /// <summary>Compares; changes nothing.</summary>
    public static async Task<RestorePlan> PlanAsync(ClusterClient cluster, Target target, BackupFolder backup, ObjectFilter filter, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        await backup.VerifyAsync(ct);
        var live = await LiveState.ReadAsync(cluster, target.Namespace, backup.Manifest, ct);
        return new RestorePlan(target, backup, live, filter, await StateComparer.CompareAsync(backup, live, filter, ct));
    }

    /// <summary>The result of a plan that changes nothing; nothing is written, not even a record.</summary>
    public static StateRestore Nothing(RestorePlan plan, string runId) => new RestoreOutcome(plan, runId, CheckTimer.Start(TimeProvider.System), null).ToResult(plan.Unchanged);

    /// <summary>Carries a plan out, kind by kind; objects of one kind at once.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="plan">What is wanted.</param>
    /// <param name="ledger">The record of the run; what became of each object is written there.</param>
    /// <param name="reporter">Who is told.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<StateRestore> ApplyAsync(ClusterClient cluster, RestorePlan plan, RunLedger ledger, IReporter reporter, CancellationToken ct)
    {
        var timer = CheckTimer.Start(TimeProvider.System);
        var scaled = await ScaledDeployments.FindAsync(cluster, plan.Target, ct);
        var done = await ChangeAllAsync(new ObjectRestorer(cluster, plan, scaled), plan, ledger, reporter, ct);
        return new RestoreOutcome(plan, ledger.Folder.Id, timer, ledger.Folder.Ledger).ToResult([.. plan.Unchanged, .. done]);
    }

    private static async Task<IReadOnlyCollection<RestoredObject>> ChangeAllAsync(ObjectRestorer restorer, RestorePlan plan, RunLedger ledger, IReporter reporter, CancellationToken ct)
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
                    // The loop is told of it on another thread, which may be late; the next object of this worker must not be tried before.
                    stop.Token.ThrowIfCancellationRequested();
                    // A write that is on its way when another fails is waited for, so that its result is known.
                    var (result, goesOn) = await TryAsync(restorer, change, ct);
                    ledger.Append(LedgerEvent.Object, result, BackupJson.Default.RestoredObject);
                    done.Enqueue(result);
                    reporter.Progress(new ProgressUpdate(activity, $"{change.Kind}/{change.Name}", 100 * done.Count / changes.Count));
                    if (!goesOn) await stop.CancelAsync();
                });
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var reached = done.Select(one => (one.Kind, one.Name)).ToHashSet();
            foreach (var left in changes.Where(change => !reached.Contains((change.Kind, change.Name))))
                done.Enqueue(new RestoredObject(left.Kind, left.Name, RestoreAction.NotReached, "the restore ended before"));
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"The restore was stopped after {done.Count} of {changes.Count} objects, as {ledger.Folder.Ledger} records. Go on with: Resume-RsolvDeployment {ledger.Folder.Id}");
            throw;
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }

        return done;
    }

    private static async Task<(RestoredObject Result, bool GoesOn)> TryAsync(ObjectRestorer restorer, StateDifference change, CancellationToken ct)
    {
        try
        {
            return (await restorer.RestoreAsync(change, ct), true);
        }
        catch (DeployException e)
        {
            return (new RestoredObject(change.Kind, change.Name, RestoreAction.Failed, $"{e.Message} {e.Remedy}".Trim()), !OfAll.Contains(e.Id));
        }
    }
}
