using RsolvDeploy.Backups;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Health;
using RsolvDeploy.Images;
using RsolvDeploy.Migrations;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Preflight;
using RsolvDeploy.Steps;
using RsolvDeploy.TestData;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>The phases of the checklist, in order. A new phase is one entry.</summary>
internal static class ChecklistPhases
{
    /// <summary>All phases.</summary>
    public static IReadOnlyList<ChecklistPhase> All =>
    [
        new("Environment", StepKind.Preflight, 1, 15, (target, options) =>
            StepInvocation.Create(new PreflightStep(), new PreflightOptions { Image = options.Image, Steps = StepsOf(target, options) })),
        new("Backup", StepKind.Backup, 1, 2, (_, _) => StepInvocation.Create(new BackupStep(), new BackupOptions())),
        new("Publish", StepKind.Publish, 7, 15, (_, options) => StepInvocation.Create(new PublishStep(), new PublishOptions
        {
            Phase = options.Phase,
            ContextPath = options.ContextPath,
            Image = options.Image,
        })),
        new("Update", StepKind.Update, 7, 15, (target, options) => StepInvocation.Create(new UpdateStep(), new UpdateOptions
        {
            Reason = options.Reason,
            RollbackOnFailure = target.Policy.OnFailure == PolicyAction.RollBack,
            Lock = options.Lock,
        }))
        { IsConfirmed = true },
        new("Migration", StepKind.Migration, 1, 10, (_, options) =>
            StepInvocation.Create(new MigrationStep(), new MigrationOptions { Lock = options.Lock }))
        { IsConfirmed = true, Applies = (target, _) => target.Migrations is not null },
        new("Health", StepKind.Health, 1, 2, (_, _) => StepInvocation.Create(new HealthStep(), new HealthOptions()))
        { Applies = (target, _) => target.Url is not null },
        new("TestData", StepKind.TestData, 1, 5, (_, _) => StepInvocation.Create(new TestDataStep(), new TestDataOptions()))
        { IsConfirmed = true, Applies = (target, _) => target.TestData is not null },
        new("Verification", StepKind.Verification, 10, 15, (_, _) =>
            StepInvocation.Create(new VerificationStep(), new VerificationOptions())),
        new("SignOff", StepKind.Completion, 1, 5, (_, options) =>
            StepInvocation.Create(new CompletionStep(), new CompletionOptions { Comment = options.Comment }))
        { IsConfirmed = true },
    ];

    /// <summary>The phases of a deployment.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="options">The options.</param>
    public static IReadOnlyList<ChecklistPhase> For(Target target, ChecklistOptions options) =>
        [.. All.Where(phase => !options.Skip.Contains(phase.Name, StringComparer.OrdinalIgnoreCase)
            && phase.Applies?.Invoke(target, options) != false)];

    // Only what the following phases need is verified.
    private static DeploymentStep[] StepsOf(Target target, ChecklistOptions options) =>
    [
        .. Enum.GetValues<DeploymentStep>().Where(step => step switch
        {
            DeploymentStep.Publish => options.Image is null && !Skips(options, "Publish"),
            DeploymentStep.Backup => !Skips(options, "Backup"),
            DeploymentStep.Migrate => target.Migrations is not null && !Skips(options, "Migration"),
            DeploymentStep.TestData => target.TestData is not null && !Skips(options, "TestData"),
            DeploymentStep.Verify => !Skips(options, "Verification"),
            _ => true,
        }),
    ];

    private static bool Skips(ChecklistOptions options, string name) => options.Skip.Contains(name, StringComparer.OrdinalIgnoreCase);
}
