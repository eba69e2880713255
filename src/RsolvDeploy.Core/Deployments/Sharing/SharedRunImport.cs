using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Deployments.Sharing;

/// <summary>Finds an interrupted run by its record in the cluster, so that it is continued on this machine.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
internal sealed class SharedRunImport(ClusterClient cluster, Target target)
{
    /// <summary>
    /// The run; null when the cluster has the record of none that is interrupted, or of one that this machine has itself.
    /// </summary>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>RunBusy</c>, <c>LedgerChanged</c>, <c>LedgerUnproven</c>.</exception>
    public async Task<SharedRun?> FindAsync(CancellationToken ct)
    {
        var shared = await new SharedRecord(cluster, target).FindAsync(ct);
        if (shared is not { Run.FirstOpen: >= 0 } || shared.Run.Folder.IsRecorded) return null;
        shared.Run.Proof!.Require(shared.Run.Folder);
        var record = shared.Run.ToRecord();
        if (record.TargetName != target.Name) return null;
        var age = cluster.Now - shared.Written;
        return age >= 3 * RecordSharing.Interval ? shared : throw new DeployException("RunBusy", FaultCategory.ResourceBusy,
            $"Run {record.RunId} of {record.Operator} wrote its record {Math.Max(0, (int)age.TotalSeconds)} s ago: "
                + "its process may still work.",
            $"Stop that process, and wait until the record is {(int)(3 * RecordSharing.Interval).TotalSeconds} s old.")
        { Subject = record.RunId };
    }

    /// <summary>Refuses a run that was continued on another machine since.</summary>
    /// <param name="run">The run as this machine knows it.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>LedgerStale</c>.</exception>
    public async Task RequireNewestAsync(RecordedRun run, CancellationToken ct)
    {
        if (await new SharedRecord(cluster, target).FindAsync(ct) is not { Run.Proof.Problem: null } shared
            || shared.Run.Folder.Id != run.Folder.Id
            || shared.Run.Text.Lines.Count <= run.Text.Lines.Count)
        {
            return;
        }

        throw new DeployException("LedgerStale", FaultCategory.InvalidOperation,
            $"Run {run.Folder.Id} was continued by {shared.Run.Text.Lines[^1].Actor}: its record in the cluster has "
                + $"{shared.Run.Text.Lines.Count} lines, the ledger here {run.Text.Lines.Count}.",
            $"Look at it with Get-RsolvRun -Follow -TargetName {target.Name}, and continue it there.")
        { Subject = run.Folder.Id };
    }

    /// <summary>Writes its ledger to this machine.</summary>
    public static void Write(SharedRun shared)
    {
        PrivateStorage.CreateFolder(shared.Run.Folder.Path);
        PrivateStorage.WriteNew(shared.Run.Folder.Ledger, shared.Ledger.ToArray());
    }
}
