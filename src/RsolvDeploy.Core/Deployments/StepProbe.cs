using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Backups;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Migrations;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments;

/// <summary>Determines the outcome of an interrupted step where it acts: in the cluster, the registry, the database or on disk.</summary>
internal static class StepProbe
{
    /// <summary>Determines it; changes nothing.</summary>
    /// <param name="context">The context of the run.</param>
    /// <param name="step">Its first step that did not end.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>RunInDoubt</c>: the outcome cannot be determined.</exception>
    public static Task<ProbeResult> RunAsync(StepContext context, RunStep step, CancellationToken ct)
    {
        if (step.Facts is null)
        {
            return step.Planned.BehindOtherCommand
                ? throw UncertainStep.Error(
                    $"The {step.Kind} step had not started, and a command of another module preceded it, so its input is not known.",
                    context.RunId)
                : Task.FromResult(new ProbeResult(false, "it had not started"));
        }

        return step.Kind switch
        {
            StepKind.Backup => BackupProbe.RunAsync(context.Target, Read(step, BackupJson.Default.BackupFacts), ct),
            StepKind.BackupRemoval => Task.FromResult(BackupProbe.FindRemoval(Read(step, BackupJson.Default.BackupFacts))),
            StepKind.Publish => PublishProbe.RunAsync(context.Target, Read(step, PublishJson.Default.PublishFacts), ct),
            StepKind.Update => UpdateProbe.RunAsync(context, Read(step, UpdateJson.Default.UpdateFacts), ct),
            StepKind.Rollback => RollbackProbe.RunAsync(context, Read(step, RollbackJson.Default.RollbackFacts), ct),
            StepKind.Migration => MigrationProbe.RunAsync(context, step, Read(step, MigrationJson.Default.MigrationFacts), ct),
            StepKind.Staging => Task.FromResult(new ProbeResult(false, "the run of the workflow is followed where it was dispatched")),
            // A restore compares first and writes only what differs, object by object.
            StepKind.Restore => Task.FromResult(new ProbeResult(false, "what still differs is restored")),
            StepKind.Announcement => Task.FromResult(new ProbeResult(false, "what was handed to a channel is not repeated")),
            StepKind.TestData => Task.FromResult(new ProbeResult(false, "it is sent again with the same idempotency key")),
            _ => Task.FromResult(new ProbeResult(false, "it runs again, because it starts from the current state")),
        };
    }

    private static T Read<T>(RunStep step, JsonTypeInfo<T> json)
        where T : class
    {
        try
        {
            return step.Facts?.Deserialize(json) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new DeployException("StepUnreadable", FaultCategory.InvalidData,
                $"The ledger holds facts of a {step.Kind} step that this version cannot read.",
                "Resume it with the version that started the run, or start a new run.", e);
        }
    }
}
