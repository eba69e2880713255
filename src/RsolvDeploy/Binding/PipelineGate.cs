namespace RsolvDeploy.Binding;

/// <summary>Whether the step before allows this one to act.</summary>
internal static class PipelineGate
{
    /// <summary>Why nothing may be done, or null when the way is free.</summary>
    public static string? BlockedBy(IStepResult? step) => step switch
    {
        null or { Status: StepStatus.Succeeded } => null,
        { Status: StepStatus.Planned } => $"{Name(step)} was only planned",
        { Status: StepStatus.Skipped } => step.Checks.FirstOrDefault(check => check.Status == CheckStatus.Skipped)?.Evidence is { Length: > 0 } cause
            ? cause
            : $"{Name(step)} was skipped",
        { Status: StepStatus.TimedOut } => $"{Name(step)} did not end in time",
        _ => step.Checks.FirstOrDefault(check => check.FailsStep) is { } failed
            ? $"{Name(step)} failed: {failed.Id}"
            : $"{Name(step)} failed",
    };

    private static string Name(IStepResult step) => step switch
    {
        Readiness => "the verification of the environment",
        StateBackup => "the backup",
        StateRestore => "the restore",
        PublishedImage => "the publish",
        Rollout => "the update",
        FiredTrigger => "the watch",
        Migration => "the migration",
        Verification => "the verification",
        Rollback => "the rollback",
        _ => "the step before",
    };
}
