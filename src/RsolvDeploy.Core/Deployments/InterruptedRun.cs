using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Finds the run to resume.</summary>
internal static class InterruptedRun
{
    /// <summary>The run of that id, or the newest interrupted one of a target.</summary>
    /// <param name="runId">The run; null for the newest.</param>
    /// <param name="target">The target, when no run is given.</param>
    /// <exception cref="DeployException"><c>RunNotFound</c>, <c>RunNotInterrupted</c>, <c>LedgerChanged</c>.</exception>
    public static RecordedRun Find(string? runId, string? target)
    {
        // Only the configuration that the run names knows all signers: whether it is proven is decided when the target is known.
        var found = RunFolder.All().Where(folder => runId is null || folder.Id == runId).Select(RecordedRun.Unverified)
            .FirstOrDefault(run => runId is not null || IsInterrupted(run.ToRecord(), target)) ?? throw NotFound(runId, target);
        var record = found.ToRecord();
        RefuseTampered(record);
        return record.State == RunState.Interrupted && found.FirstOpen >= 0 ? found : throw new DeployException(
            "RunNotInterrupted", FaultCategory.InvalidOperation,
            $"Run {record.RunId} is {record.State}; only an interrupted run with pending steps can be resumed.", "Start a new run.")
        { Subject = record.RunId };
    }

    /// <summary>Whether this machine has an interrupted run of a target.</summary>
    public static bool IsKnown(string target) =>
        RunFolder.All().Select(RecordedRun.Unverified).Any(run => IsInterrupted(run.ToRecord(), target));

    /// <summary>Rejects a run whose ledger was altered.</summary>
    /// <exception cref="DeployException"><c>LedgerChanged</c>.</exception>
    public static void RefuseTampered(RunRecord run)
    {
        if (run.Problem is null) return;
        throw new DeployException("LedgerChanged", FaultCategory.InvalidData,
            $"The ledger of run {run.RunId} was altered after it was written: {run.Problem}.",
            "Start a new run; keep the folder for an investigation.")
        { Subject = run.Folder };
    }

    private static bool IsInterrupted(RunRecord run, string? target) => run.State == RunState.Interrupted && run.TargetName == target;

    private static DeployException NotFound(string? runId, string? target) =>
        new("RunNotFound", FaultCategory.ObjectNotFound,
            runId is null ? $"No interrupted run of {target ?? "a target"} is recorded here." : $"No run {runId} is recorded here.",
            "Get-RsolvRun lists the runs of this user on this machine; specify a run, or -TargetName.")
        { Subject = runId ?? target };
}
