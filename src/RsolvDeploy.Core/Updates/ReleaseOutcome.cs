using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>Turns the rollouts of the workloads into the result of the release.</summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">The update.</param>
internal sealed class ReleaseOutcome(StepContext context, ReleasePlan plan)
{
    private readonly CheckTimer _timer = CheckTimer.Start(context.Clock);

    /// <summary>The result: failed when one failed, otherwise timed out when one did.</summary>
    public Rollout CreateResult(IReadOnlyList<ReleasePart> parts)
    {
        var results = parts.Select(part => part.ToResult()).ToList();
        var status = results.Exists(one => one.Status == StepStatus.Failed) ? StepStatus.Failed
            : results.Exists(one => one.Status == StepStatus.TimedOut) ? StepStatus.TimedOut
            : StepStatus.Succeeded;
        var main = results.Find(one => one.Workload == plan.Target.Main)!;
        return new Rollout(plan.Target, context.RunId, status, MergedChecks.From([.. parts.Select(Checks)]))
        {
            Image = plan.Image,
            Diff = plan.Diff,
            PreviousImage = main.PreviousImage,
            PreviousRevision = main.PreviousRevision,
            Revision = main.Revision,
            Workloads = results,
            Pods = [.. results.SelectMany(one => one.Pods)],
            Diagnosis = parts.Where(part => part.HasFailed).Select(Diagnose).FirstOrDefault(),
            Timeline = [.. results
                .SelectMany(one => one.Timeline.Select(entry => entry with { Event = $"{one.Workload}: {entry.Event}" }))
                .OrderBy(entry => entry.At)],
            Duration = _timer.Elapsed,
        };
    }

    private (string Workload, IReadOnlyList<Check> Checks) Checks(ReleasePart part) => (
        part.Plan.Workload.ToString(),
        part.Rollout?.Checks ?? CheckTable.SkipAll(
            StepKind.Update,
            part.Error is { } error ? UnexpectedError.From(error).Message : "not started, because another workload failed",
            context.Clock));

    private static Diagnosis Diagnose(ReleasePart part)
    {
        var cause = part.Rollout?.Diagnosis;
        if (cause is null && part.Error is { } exception)
        {
            var error = UnexpectedError.From(exception);
            cause = new Diagnosis(error.Id, error.Message) { Remedy = error.Remedy };
        }

        cause ??= new Diagnosis("ChecksFailed", "A check of its pods failed.");
        return cause with { Message = $"{part.Plan.Workload}: {cause.Message}" };
    }
}
