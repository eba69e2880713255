using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>
/// Decides manual checks of a run. The decision goes to the cluster, where the operator's machine finds it, and into the ledger when the
/// run is recorded on this machine.
/// </summary>
/// <param name="target">The environment.</param>
/// <param name="runId">The run.</param>
/// <param name="ledgers">The ledgers that the front end has open.</param>
internal sealed class CheckApproval(Target target, string runId, OpenLedgers ledgers)
{
    private readonly RunFolder _folder = new(runId);

    /// <summary>The ids of the checks to decide.</summary>
    /// <param name="wanted">Ids, or wildcards on the manual checks of the run.</param>
    /// <exception cref="DeployException"><c>CheckNotManual</c>, <c>TwoPersonRule</c>, <c>LedgerChanged</c>.</exception>
    public IReadOnlyList<string> Find(IReadOnlyList<string> wanted)
    {
        var run = _folder.IsRecorded ? RecordedRun.From(_folder, TrustedSigners.ForUser(target.Signers)) : null;
        run?.Proof!.Require(_folder);
        var manual = ManualChecks.IdsOf(target, run);
        // What a run on another machine left open is known there.
        var ids = wanted.SelectMany(one => Matching(one, manual, isElsewhere: run is null)).Distinct().ToList();
        // Whoever does a task says that it is done.
        if (target.Policy.TwoPersonRule && !ids.TrueForAll(RunTasks.IsTask) && run?.ToRecord().Operator is { Length: > 0 } operatorName
            && ManualChecks.IsSamePerson(operatorName, RunLedger.Actor))
        {
            throw new DeployException("TwoPersonRule", FaultCategory.PermissionDenied,
                $"Run {runId} was started by {operatorName}, and target {target.Name} requires that another person approves "
                    + "(policy.twoPersonRule).",
                "Have another person approve it from their account: Approve-RsolvCheck with the same target and run.")
            { Subject = runId };
        }

        return ids;
    }

    /// <summary>Records the decisions.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="approvals">The decisions.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The decisions, with their signer.</returns>
    public async Task<IReadOnlyList<Approval>> RecordAsync(
        ClusterClient cluster, IReadOnlyList<Approval> approvals, CancellationToken ct)
    {
        var signed = await new ApprovalStore(cluster, target).AppendAsync(approvals, ct);
        if (_folder.IsRecorded) Append(signed);
        return signed;
    }

    private void Append(IReadOnlyList<Approval> approvals)
    {
        try
        {
            var ledger = ledgers.Acquire(runId, target.Signers);
            try
            {
                foreach (var one in approvals) ledger.Append(LedgerEvent.Approval, one);
            }
            finally
            {
                ledgers.Release(ledger);
            }
        }
        catch (DeployException e) when (e.Id == "RunBusy")
        {
            // The process that works on the run reads the decision in the cluster.
        }
    }

    private List<string> Matching(string wanted, IReadOnlyList<string> manual, bool isElsewhere)
    {
        var found = manual.Where(id => Wildcard.IsMatch(wanted, id)).ToList();
        if (found.Count > 0) return found;
        return isElsewhere && CheckTable.Find(wanted) is not null
            ? [wanted]
            : throw new DeployException("CheckNotManual", FaultCategory.InvalidArgument,
                $"Run {runId} has no manual check {wanted}. Manual checks: {string.Join(", ", manual.DefaultIfEmpty("none"))}.",
                "Specify one of these checks with -Id.")
            { Subject = wanted };
    }
}
