using RsolvDeploy.Announcements;
using RsolvDeploy.Backups;
using RsolvDeploy.Configuration;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Images;
using RsolvDeploy.Migrations;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Preflight;
using RsolvDeploy.Smoke;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;
using RsolvDeploy.TestData;
using RsolvDeploy.Triggers;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>The phases of the checklist, in order. A new phase is one entry.</summary>
internal static class ChecklistPhases
{
    /// <summary>All phases.</summary>
    public static IReadOnlyList<ChecklistPhase> All =>
    [
        new("Staging", StepKind.Staging, 10, 45, (target, options) => StepInvocation.Create(new StagingStep(), new StagingOptions
        {
            Target = StagingOf(target, options),
            SkipReason = options.StagingSkipReason,
        }))
        { Applies = (target, options) => StagingOf(target, options) is not null },
        new("Environment", StepKind.Preflight, 1, 15, (target, options) =>
            StepInvocation.Create(new PreflightStep(), new PreflightOptions { Image = options.Image, Steps = StepsOf(target, options) })),
        new("Backup", StepKind.Backup, 1, 2, (_, _) => StepInvocation.Create(new BackupStep(), new BackupOptions())),
        new("Publish", StepKind.Publish, 7, 15, (_, options) => StepInvocation.Create(new PublishStep(), new PublishOptions
        {
            Phase = options.Phase,
            ContextPath = options.ContextPath,
            Image = options.Image,
        })),
        new("AnnounceStart", StepKind.Announcement, 0, 1, (_, _) =>
            StepInvocation.Create(new AnnouncementStep(), new AnnouncementOptions(AnnouncementKind.Before)))
        { Applies = (target, _) => target.Announce is { Before: true } },
        new("Update", StepKind.Update, 7, 15, (target, options) => StepInvocation.Create(new UpdateStep(), new UpdateOptions
        {
            Reason = options.Reason,
            FreezeOverride = options.FreezeOverride,
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
            StepInvocation.Create(new VerificationStep(), new VerificationOptions()))
        { Applies = (target, _) => IsMonitored(target) },
        new("Dashboard", StepKind.Dashboard, 1, 5, (_, _) => StepInvocation.Create(new DashboardStep(), new DashboardOptions()))
        { Applies = (target, _) => target.Grafana is { Dashboard: not null } },
        new("Smoke", StepKind.Smoke, 10, 15, (_, _) => StepInvocation.Create(new SmokeStep(), new SmokeOptions()))
        { Applies = (target, _) => IsMonitored(target) },
        new("AnnounceEnd", StepKind.Announcement, 0, 1, (_, _) =>
            StepInvocation.Create(new AnnouncementStep(), new AnnouncementOptions(AnnouncementKind.After)))
        { Applies = (target, _) => target.Announce is { After: true } },
        new("Watch", StepKind.Watch, 60, 60, (target, options) =>
            StepInvocation.Create(new WatchStep(), new WatchOptions(WatchOf(target, options) ?? TimeSpan.Zero) { IsPhase = true }))
        { Applies = (target, options) => WatchOf(target, options) is not null, Takes = WatchOf },
        new("SignOff", StepKind.Completion, 1, 5, (_, options) =>
            StepInvocation.Create(new CompletionStep(), new CompletionOptions { Comment = options.Comment }))
        { IsConfirmed = true },
    ];

    /// <summary>The phases of a deployment.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="DeployException"><c>PhaseNotFound</c>, <c>SkipReasonMissing</c>, or the configuration has no such
    /// staging.</exception>
    public static IReadOnlyList<ChecklistPhase> For(Target target, ChecklistOptions options)
    {
        if (options.Skip.FirstOrDefault(name => !All.Any(phase => IsNamed(phase, name))) is { } unknown) throw UnknownPhase(unknown);
        if (StagingOf(target, options) is { } staging)
        {
            if (Skips(options, "Staging")) throw SkipReasonMissing(staging);
            // What cannot be validated is known before anything begins.
            _ = ConfigurationFile.Load(target.ConfigurationPath).GetTarget(staging);
        }

        return
        [
            .. All.Where(phase => !Skips(options, phase.Name) && phase.Applies?.Invoke(target, options) != false)
                .Select(phase => phase with { Known = phase.Takes?.Invoke(target, options) }),
        ];
    }

    // A target without any address has nothing that could be measured from outside; its rollout is verified by its pods.
    private static bool IsMonitored(Target target) => (target.Url ?? target.Prometheus ?? (object?)target.Grafana) is not null;

    private static string? StagingOf(Target target, ChecklistOptions options) => options.StagingTarget ?? target.Policy.Staging;

    private static TimeSpan? WatchOf(Target target, ChecklistOptions options) => options.WatchFor ?? target.Policy.Watch;

    private static bool IsNamed(ChecklistPhase phase, string name) => phase.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static DeployException UnknownPhase(string name)
    {
        var known = string.Join(", ", All.Select(phase => phase.Name).Distinct());
        return new DeployException(
            "PhaseNotFound", FaultCategory.ObjectNotFound, $"The checklist has no phase '{name}' to skip.", $"Name one of: {known}.")
        { Subject = name };
    }

    private static DeployException SkipReasonMissing(string staging) =>
        new("SkipReasonMissing", FaultCategory.InvalidArgument,
            $"The validation of {staging} is required before this deployment. It is skipped only with a reason.",
            "Specify -StagingSkipReason instead of -Skip Staging.")
        { Subject = staging };

    // Only what the following phases need is verified.
    private static DeploymentStep[] StepsOf(Target target, ChecklistOptions options) =>
    [
        .. Enum.GetValues<DeploymentStep>().Where(step => step switch
        {
            DeploymentStep.Publish => options.Image is null && !Skips(options, "Publish"),
            DeploymentStep.Backup => !Skips(options, "Backup"),
            DeploymentStep.Migrate => target.Migrations is not null && !Skips(options, "Migration"),
            DeploymentStep.TestData => target.TestData is not null && !Skips(options, "TestData"),
            DeploymentStep.Verify => IsMonitored(target) && !Skips(options, "Verification"),
            _ => true,
        }),
    ];

    private static bool Skips(ChecklistOptions options, string name) => options.Skip.Contains(name, StringComparer.OrdinalIgnoreCase);
}
