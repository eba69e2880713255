using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Option B: records who skips the validation, and why. Every other check is skipped with the reason.</summary>
internal sealed class StagingSkip(StepContext context)
{
    /// <summary>Records it.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="decidedBy">Who decided; null for the operator.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>StagingRequired</c>: the configuration forbids it.</exception>
    public async Task<StagingValidation> RunAsync(string reason, string? decidedBy, CancellationToken ct)
    {
        if (context.Target.GitHub is { AllowSkip: false })
        {
            throw new DeployException(
                "StagingRequired",
                FaultCategory.PermissionDenied,
                $"The configuration of {context.Target.Name} does not permit to skip the validation on staging.",
                "Validate staging, or have 'github.allowSkip' changed by those who own the configuration.")
            { Subject = context.Target.Name };
        }

        var by = decidedBy ?? RunLedger.Actor;
        var timer = CheckTimer.Start(context.Clock);
        var isConfirmed = await context.ConfirmAsync(context.Target.Name, $"Skip the validation on staging: {reason}", ct);
        if (isConfirmed)
        {
            var facts = new StagingFacts("", "", context.Clock.GetUtcNow(), StagingDecision.Skipped, by) { Reason = reason };
            context.Journal.Start(facts, StagingJson.Default);
        }

        var decided = CheckTable.StagingDecision.ToCheck(
            isConfirmed
                ? CheckOutcome.Warning($"option B: skipped by {by}: {reason}", "Validate staging before the next deployment.")
                : CheckOutcome.Skipped(StepContext.NotConfirmed),
            timer);
        var skipped = CheckTable.SkipAll(StepKind.Staging, $"option B: skipped by {by}: {reason}", context.Clock);
        Check[] checks = [decided, .. skipped.Where(check => check.Id != decided.Id)];
        return new StagingValidation(
            context.Target, context.RunId, isConfirmed ? StepStatus.Succeeded : StepStatus.Planned, checks)
        {
            Decision = StagingDecision.Skipped,
            DecidedBy = by,
            Reason = reason,
            Duration = timer.Elapsed,
            Summary = await new StagingSummary(context).CreateAsync(checks, StagingDecision.Skipped, image: null, ct),
        };
    }
}
