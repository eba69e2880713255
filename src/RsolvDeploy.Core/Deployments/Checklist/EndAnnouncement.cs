using RsolvDeploy.Announcements;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>The announcement of a deployment that did not succeed, where its beginning was announced.</summary>
internal static class EndAnnouncement
{
    /// <summary>Its step; null when none is due.</summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="result">The rollback, or the result that ended the deployment.</param>
    public static StepInvocation? Create(StepContext context, IStepResult result) => IsDue(context)
        ? StepInvocation.Create(
            new AnnouncementStep(),
            new AnnouncementOptions(IsRolledBack(result) ? AnnouncementKind.RolledBack : AnnouncementKind.Failed))
        : null;

    /// <summary>Its plan beside that of a rollback; none when none is due.</summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="failed">The result that is rolled back.</param>
    public static IEnumerable<PlannedStep> Plan(StepContext context, IStepResult failed) =>
        Create(context, new Rollback(failed.Target, failed.RunId, StepStatus.Succeeded, [])) is { } step ? [step.ToPlan()] : [];

    private static bool IsRolledBack(IStepResult result) =>
        result is Rollback { Status: StepStatus.Succeeded } or Rollout { Rollback.Status: StepStatus.Succeeded };

    // A deployment that was not announced, and that did not change the release, needs no announcement.
    private static bool IsDue(StepContext context)
    {
        var folder = new RunFolder(context.RunId);
        return context.Target.Announce is { After: true } && folder.IsRecorded && RecordedRun.Unverified(folder).Steps.Any(step =>
            step is { Kind: StepKind.Announcement, Result: not null } or { Kind: StepKind.Update, Result.Status: not StepStatus.Planned });
    }
}
