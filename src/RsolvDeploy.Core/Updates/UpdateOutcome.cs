using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Identity;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Rollouts.Diagnostics;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>Turns what was observed of a rollout into the result of the update.</summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">The update.</param>
/// <param name="timeout">How long the rollout may take.</param>
internal sealed class UpdateOutcome(StepContext context, UpdatePlan plan, TimeSpan timeout)
{
    private readonly CheckTimer _timer = CheckTimer.Start(context.Clock);

    /// <summary>The result of a rollout that was watched to its end.</summary>
    /// <param name="ended">What was observed.</param>
    /// <param name="expected">What the API server stored.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Rollout> CreateResultAsync(RolloutWatcher.Result ended, RolloutExpectation expected, CancellationToken ct)
    {
        var verdict = ended.Verdict;
        var complete = verdict.Phase == RolloutPhase.Complete;
        Diagnosis? diagnosis = complete
            ? null
            : await DiagnosisDetails.AddAsync(context.Cluster, plan.Target, verdict.Cause ?? TooSlow(verdict), ct);
        var (image, logs) = complete
            ? await MeasureAsync(verdict, ct)
            : (Pointless(CheckTable.RolloutImage), Pointless(CheckTable.RolloutLogs));
        if (image.FailsStep) diagnosis = new Diagnosis("OtherImage", image.Evidence) { Remedy = image.Remedy ?? "" };
        var status = verdict.Phase switch
        {
            RolloutPhase.Complete => logs.FailsStep || image.FailsStep ? StepStatus.Failed : StepStatus.Succeeded,
            RolloutPhase.Failed => StepStatus.Failed,
            _ => StepStatus.TimedOut,
        };
        return Create(status, [.. new UpdateChecks(plan, _timer).Create(verdict, diagnosis, expected), image, logs]) with
        {
            Revision = verdict.Revision,
            Pods = verdict.Pods,
            Diagnosis = diagnosis,
            Timeline = ended.Timeline,
        };
    }

    /// <summary>The result of an update that wrote its change and then ended with an exception.</summary>
    public Rollout CreateFailed(Exception exception)
    {
        var error = UnexpectedError.From(exception);
        var diagnosis = new Diagnosis(error.Id, $"The change was written, then the update ended with an error: {error.Message}")
        {
            Remedy = error.Remedy,
        };
        return Create(StepStatus.Failed, CheckTable.SkipAll(StepKind.Update, diagnosis.Message, context.Clock)) with
        {
            Diagnosis = diagnosis,
        };
    }

    private async Task<(Check Image, Check Logs)> MeasureAsync(RolloutVerdict verdict, CancellationToken ct)
    {
        var scope = new CheckScope(context.Clock, ct);
        var image = CheckTable.RolloutImage.EvaluateAsync(
            scope,
            () => new RunningImageCheck(context.Cluster, DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock)
                .EvaluateAsync(verdict.Running, ct));
        var logs = CheckTable.RolloutLogs.EvaluateAsync(
            scope, () => new StartLogs(context.Cluster, plan.Target, plan.Container, context.Clock).EvaluateAsync(verdict.Pods, ct));
        return (await image, await logs);
    }

    private Check Pointless(CheckDefinition check) => check.Skip("the rollout did not complete", context.Clock);

    private Rollout Create(StepStatus status, IReadOnlyList<Check> checks) => new(plan.Target, context.RunId, status, checks)
    {
        Image = plan.Image,
        Diff = plan.Diff,
        PreviousImage = plan.PreviousImage,
        PreviousRevision = plan.PreviousRevision,
        Duration = _timer.Elapsed,
    };

    private Diagnosis TooSlow(RolloutVerdict verdict) => new(
        "Timeout",
        $"After {timeout.TotalSeconds:0} s {verdict.Ready} of {verdict.Desired} pods of {plan.Target.Deployment} were ready, "
            + $"and {verdict.Old} old pods remained.")
    {
        Remedy = "Look at the pods; allow more time with -Timeout, or roll back with Undo-RsolvDeployment.",
    };
}
