using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Finds the run to take up.</summary>
internal static class InterruptedRun
{
    /// <summary>The run of that id, or the newest interrupted one of a target.</summary>
    /// <exception cref="DeployException"><c>RunNotFound</c>, <c>RunNotInterrupted</c>, <c>LedgerChanged</c>.</exception>
    public static RecordedRun Find(string? runId, string? target)
    {
        var known = RunFolder.All().Where(folder => runId is null || folder.Id == runId).Select(RecordedRun.From)
            .FirstOrDefault(run => runId is not null || (run.ToRecord() is var record && record.State == RunState.Interrupted && record.TargetName == target));
        if (known is null)
        {
            throw new DeployException("RunNotFound", FaultCategory.ObjectNotFound, runId is null ? $"No interrupted run of {target ?? "a target"} is recorded here." : $"No run {runId} is recorded here.",
                "Get-RsolvRun lists the runs of this user on this machine; name a run, or -TargetName.")
            { Subject = runId ?? target };
        }

        var state = known.ToRecord();
        RefuseTampered(state);
        return state.State == RunState.Interrupted && known.FirstOpen >= 0 ? known : throw new DeployException(
            "RunNotInterrupted", FaultCategory.InvalidOperation, $"Run {state.RunId} is {state.State}; only an interrupted run with steps to come is taken up.", "Begin a new run.")
        { Subject = state.RunId };
    }

    /// <summary>Refuses a run whose ledger cannot be believed.</summary>
    public static void RefuseTampered(RunRecord run)
    {
        if (run.Problem is null) return;
        throw new DeployException("LedgerChanged", FaultCategory.InvalidData, $"The ledger of run {run.RunId} is not as it was written: {run.Problem}.",
            "Begin a new run; keep the folder for whoever looks into it.")
        { Subject = run.Folder };
    }
}
