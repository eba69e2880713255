using RsolvDeploy.Checks;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Identity;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Rollouts.Diagnostics;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Turns what was observed of a rollback into its result: whether it completed, and whether the restored release is healthy.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">The rollback.</param>
internal sealed class RollbackOutcome(StepContext context, RollbackPlan plan)
{
    private readonly CheckTimer _timer = CheckTimer.Start(context.Clock);

    /// <summary>The result of a rollout that was watched to its end.</summary>
    public async Task<Rollback> CreateResultAsync(RolloutVerdict verdict, CancellationToken ct)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        var diagnosis = complete
            ? null
            : await DiagnosisDetails.AddAsync(context.Cluster, plan.Target, verdict.Cause ?? TooSlow(verdict), ct);
        var verification = complete && !plan.IsPart ? await VerifyAsync(ct) : null;
        var image = complete
            ? await CheckTable.RollbackImage.EvaluateAsync(
                new CheckScope(context.Clock, ct),
                () => new RunningImageCheck(context.Cluster, DockerEnvironment.Learning(context.Redactor, context.Clock), context.Clock)
                    .EvaluateAsync(verdict.Running, ct))
            : CheckTable.RollbackImage.ToCheck(CheckOutcome.NotMet(plan.Image, diagnosis?.Remedy), _timer);
        var checks = new RollbackChecks(plan, _timer).Create(verdict, diagnosis, image, verification?.Checks);
        var status = verdict.Phase switch
        {
            RolloutPhase.Complete => checks.Any(check => check.Id == CheckTable.RollbackHealthy.Id && check.FailsStep)
                ? StepStatus.Failed
                : StepStatus.Succeeded,
            RolloutPhase.Failed => StepStatus.Failed,
            _ => StepStatus.TimedOut,
        };
        return new Rollback(plan.Target, context.RunId, status, [.. checks, .. verification?.Checks ?? []])
        {
            From = plan.From,
            To = plan.To,
            Choice = plan.Choice,
            MigrationsCrossed = plan.MigrationsCrossed,
            Image = plan.Image,
            Revision = verdict.Revision,
            Reason = plan.Reason,
            Pods = verdict.Pods,
            Diagnosis = diagnosis,
        };
    }

    /// <summary>The rollback of a release whose workloads are all rolled back, with the verification of the release.</summary>
    public async Task<Rollback> VerifyAsync(Rollback rollback, CancellationToken ct)
    {
        var verification = await VerifyAsync(ct);
        var healthy = RollbackChecks.Healthy(verification.Checks, _timer);
        return rollback with
        {
            Status = healthy.FailsStep ? StepStatus.Failed : rollback.Status,
            Checks = [.. rollback.Checks.Select(check => check.Id == healthy.Id ? healthy : check), .. verification.Checks],
        };
    }

    private async Task<Verification> VerifyAsync(CancellationToken ct)
    {
        using var verifier = MetricsVerifier.Connect(plan.Target, context.Services, context.Clock);
        return await verifier.VerifyAsync(plan.Target, context.Baseline, context.RunId, context.Reporter, ct);
    }

    private Diagnosis TooSlow(RolloutVerdict verdict) =>
        new(
            "Timeout",
            $"After {plan.Timeout.TotalSeconds:0} s {verdict.Ready} of {verdict.Desired} pods were ready, "
                + $"and {verdict.Old} other pods remained.")
        { Remedy = "Look at the pods; allow more time with -Timeout." };
}
