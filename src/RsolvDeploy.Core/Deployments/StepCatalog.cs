using System.Text.Json;
using RsolvDeploy.Announcements;
using RsolvDeploy.Backups;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Images;
using RsolvDeploy.Measurements;
using RsolvDeploy.Migrations;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Preflight;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Smoke;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;
using RsolvDeploy.TestData;
using RsolvDeploy.Triggers;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments;

/// <summary>The fixed list of steps that a run can be resumed with, each with its declared options.</summary>
internal static class StepCatalog
{
    /// <summary>A recorded step, ready to run.</summary>
    /// <exception cref="DeployException"><c>ParameterNotRecorded</c>, <c>StepUnreadable</c>.</exception>
    public static StepInvocation Create(PlannedStep planned)
    {
        if (planned.NotRecorded.Count > 0)
        {
            throw new DeployException("ParameterNotRecorded", FaultCategory.InvalidOperation,
                $"The {planned.Kind} step requires -{string.Join(", -", planned.NotRecorded)}, which is a secret and not recorded. "
                    + "The run cannot continue without it.",
                "Start a new run with this parameter.")
            { Subject = planned.Kind.ToString() };
        }

        return planned.Kind switch
        {
            StepKind.Staging => Read(new StagingStep(), planned),
            StepKind.Preflight => Read(new PreflightStep(), planned),
            StepKind.Backup => Read(new BackupStep(), planned),
            StepKind.Restore => Read(new RestoreStep(), planned),
            StepKind.BackupRemoval => Read(new BackupRemovalStep(), planned),
            StepKind.Publish => Read(new PublishStep(), planned),
            StepKind.Update => Read(new UpdateStep(), planned),
            StepKind.RolloutWatch => Read(new RolloutWatchStep(), planned),
            StepKind.Migration => Read(new MigrationStep(), planned),
            StepKind.Verification => Read(new VerificationStep(), planned),
            StepKind.Smoke => Read(new SmokeStep(), planned),
            StepKind.Health => Read(new HealthStep(), planned),
            StepKind.TestData => Read(new TestDataStep(), planned),
            StepKind.Dashboard => Read(new DashboardStep(), planned),
            StepKind.Watch => Read(new WatchStep(), planned),
            StepKind.Measurement => Read(new MeasurementStep(), planned),
            StepKind.Rollback => Read(new RollbackStep(), planned),
            StepKind.Completion => Read(new CompletionStep(), planned),
            StepKind.Announcement => Read(new AnnouncementStep(), planned),
            _ => throw Unreadable(planned, null),
        };
    }

    private static StepInvocation Read<TOptions, TResult>(IStep<TOptions, TResult> step, PlannedStep planned)
        where TOptions : class
        where TResult : class, IStepResult
    {
        try
        {
            var options = (TOptions?)planned.Options.Deserialize(typeof(TOptions), step.OptionsJson);
            return StepInvocation.Create(step, options ?? throw Unreadable(planned, null));
        }
        catch (JsonException e)
        {
            throw Unreadable(planned, e);
        }
    }

    private static DeployException Unreadable(PlannedStep planned, Exception? inner) =>
        new("StepUnreadable", FaultCategory.InvalidData, $"The ledger holds a {planned.Kind} step whose options this version cannot read.",
            "Resume it with the version that started the run, or start a new run.", inner)
        { Subject = planned.Kind.ToString() };
}
