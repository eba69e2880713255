using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>Makes the result of a migration.</summary>
/// <param name="plan">The migration.</param>
/// <param name="runId">The run.</param>
internal sealed class MigrationOutcome(MigrationPlan plan, string runId)
{
    /// <summary>No migration was pending.</summary>
    public Migration NotNeeded() =>
        Create(StepStatus.Succeeded, MigrationChecks.Create(plan, plan.Before, clean: true, "none is needed")) with
        {
            Applied = plan.Before.Applied,
        };

    /// <summary>The command ended, and the migrations are listed again.</summary>
    public Migration Verified(MigrationList after, CommandEnd end)
    {
        var status = end.Succeeded && after.Pending.Count == 0 ? StepStatus.Succeeded
            : end.Error?.Id == "ExecTimedOut" ? StepStatus.TimedOut
            : StepStatus.Failed;
        return Create(status, MigrationChecks.Create(plan, after, end.Succeeded, end.Description)) with
        {
            Applied = after.Applied,
            ExitCode = end.ExitCode,
            Output = end.Output,
        };
    }

    /// <summary>
    /// The command ended, but the migrations cannot be listed again. The first error matters more: it may have removed the pod too.
    /// </summary>
    public StepException Unverified(CommandEnd end, DeployException unreadable)
    {
        var error = end.Error is not { } first ? unreadable : new DeployException(
            first.Id,
            first.Category,
            $"{first.Message} The applied migrations could not be listed afterwards: {unreadable.Message}",
            first.Remedy,
            unreadable);
        var status = error.Id == "ExecTimedOut" ? StepStatus.TimedOut : StepStatus.Failed;
        var result = Create(status, MigrationChecks.CreateUnverified(plan, end, unreadable)) with
        {
            ExitCode = end.ExitCode,
            Output = end.Output,
        };
        return new StepException(error, result) { Subject = plan.Pod.Name };
    }

    private Migration Create(StepStatus status, IReadOnlyList<Check> checks) => new(plan.Target, runId, status, checks)
    {
        Pod = plan.Pod.Name,
        Pending = plan.Before.Pending,
        LimitedInPod = plan.Command.IsLimited,
        Image = plan.Pod.Image,
        Duration = plan.Timer.Elapsed,
    };
}
