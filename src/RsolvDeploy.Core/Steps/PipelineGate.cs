namespace RsolvDeploy.Steps;

/// <summary>Decides whether a step may act after the previous one.</summary>
internal static class PipelineGate
{
    /// <summary>What blocks the step; null when nothing does.</summary>
    public static string? BlockedBy(IStepResult? previous) => previous switch
    {
        null or { Status: StepStatus.Succeeded } => null,
        { Status: StepStatus.Planned } => $"{Name(previous)} was only planned",
        { Status: StepStatus.Skipped } => SkipReason(previous) ?? $"{Name(previous)} was skipped",
        { Status: StepStatus.TimedOut } => $"{Name(previous)} timed out",
        _ => previous.Checks.FirstOrDefault(check => check.FailsStep) is { } failed
            ? $"{Name(previous)} failed: {failed.Id}"
            : $"{Name(previous)} failed",
    };

    /// <summary>The reason why a step behind a planned one measured nothing.</summary>
    public static string MeasuredAfter(IStepResult planned) => $"measured after {Name(planned)}, which is only planned";

    private static string? SkipReason(IStepResult step) =>
        step.Checks.FirstOrDefault(check => check.Status == CheckStatus.Skipped)?.Evidence is { Length: > 0 } reason ? reason : null;

    private static string Name(IStepResult step) => step switch
    {
        StagingValidation => "the validation on staging",
        Readiness => "the verification of the environment",
        StateBackup => "the backup",
        StateRestore => "the restore",
        PublishedImage => "the publish",
        Rollout => "the update",
        FiredTrigger => "the watch",
        Migration => "the migration",
        Verification => "the verification",
        SentTestData => "the test data",
        DashboardVerification => "the verification of the dashboard",
        MetricsMeasurement => "the measurement",
        Rollback => "the rollback",
        RunSignOff => "the sign-off",
        DeploymentSummary => "the deployment",
        _ => "the previous step",
    };
}
