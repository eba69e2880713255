using RsolvDeploy.Checks;

namespace RsolvDeploy.Steps;

/// <summary>Creates the results of the steps that verify a running deployment.</summary>
internal static class VerificationResult
{
    /// <summary>The result of checks. It carries on what was deployed, so that a rollback knows what to roll back.</summary>
    public static Verification Create(StepContext context, IReadOnlyList<Check> checks) =>
        new(context.Target, context.RunId, VerdictRule.Decide(checks), checks)
        {
            Image = DeployedImage(context.Previous),
            PreviousRevision = PreviousRevision(context.Previous),
            Baseline = context.Baseline,
        };

    /// <summary>The result of a step that did not act, or that ended before it had a result.</summary>
    public static Verification Skipped(StepContext context, StepKind kind, StepStatus status, string reason) =>
        new(
            context.Target,
            context.RunId,
            status == StepStatus.Failed ? Verdict.Error : Verdict.Inconclusive,
            CheckTable.SkipAll(kind, reason, context.Clock))
        {
            Status = status,
            Image = DeployedImage(context.Previous),
            PreviousRevision = PreviousRevision(context.Previous),
        };

    /// <summary>The image that the steps before deployed; null when none did.</summary>
    public static string? DeployedImage(IStepResult? previous) => previous switch
    {
        Rollout rollout => rollout.Image,
        Rollback rollback => rollback.Image,
        Migration migration => migration.Image,
        Verification verification => verification.Image,
        DashboardVerification dashboard => dashboard.Image,
        SentTestData sent => sent.Image,
        _ => null,
    };

    /// <summary>The revision before the deployment; null when it is not known.</summary>
    public static long? PreviousRevision(IStepResult? previous) => previous switch
    {
        Rollout rollout => rollout.PreviousRevision,
        Migration migration => migration.PreviousRevision,
        Verification verification => verification.PreviousRevision,
        DashboardVerification dashboard => dashboard.PreviousRevision,
        SentTestData sent => sent.PreviousRevision,
        _ => null,
    };
}
