using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Deployments;

/// <summary>Joins a recorded run: a step that is specified with a run reads the result that the run has so far.</summary>
internal static class RunJoin
{
    /// <summary>The result that the step follows: the newest one of the run that succeeded, or the run itself.</summary>
    /// <param name="target">The environment of the step.</param>
    /// <param name="runId">The run.</param>
    /// <param name="kind">The kind of the step.</param>
    /// <exception cref="DeployException">
    /// <c>RunNotFound</c>, <c>LedgerChanged</c>, <c>RunOfOtherTarget</c>, <c>RunClosed</c>.
    /// </exception>
    public static IStepResult Previous(Target target, string runId, StepKind kind)
    {
        var folder = new RunFolder(runId);
        if (!folder.IsRecorded) throw NotFound(runId);
        var run = RecordedRun.From(folder, TrustedSigners.ForUser(target.Signers));
        run.Proof!.Require(folder);
        var record = run.ToRecord();
        if (record.TargetName != target.Name) throw OtherTarget(record, target);
        if (run.Completed is { } completed && Changes(kind)) throw Closed(record, completed);
        return run.Steps
                .Where(step => step.Result?.Status == StepStatus.Succeeded)
                .Select(step => step.Result!.ToResult(target, runId))
                .LastOrDefault(result => result is not null)
            ?? new Run(target, runId) { Operator = record.Operator, Reason = record.Reason, Folder = record.Folder };
    }

    // What only measures belongs to the run also after its sign-off, such as the watch of the first hour.
    private static bool Changes(StepKind kind) => kind is not (
        StepKind.Preflight or StepKind.RolloutWatch or StepKind.Verification or StepKind.Health or StepKind.Smoke or StepKind.Watch
        or StepKind.Measurement or StepKind.Completion);

    private static DeployException NotFound(string runId) =>
        new("RunNotFound", FaultCategory.ObjectNotFound, $"No run {runId} is recorded here.",
            "Get-RsolvRun lists the runs of this user on this machine.")
        { Subject = runId };

    private static DeployException OtherTarget(RunRecord run, Target target) =>
        new("RunOfOtherTarget", FaultCategory.InvalidArgument,
            $"Run {run.RunId} belongs to target {run.TargetName}, not to {target.Name}.",
            $"Specify target {run.TargetName}, or a run of {target.Name}.")
        { Subject = run.RunId };

    private static DeployException Closed(RunRecord run, RunCompleted completed) =>
        new("RunClosed", FaultCategory.InvalidOperation,
            $"Run {run.RunId} was signed off by {completed.By} on {completed.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC and changes nothing.",
            "Start a new run.")
        { Subject = run.RunId };
}
