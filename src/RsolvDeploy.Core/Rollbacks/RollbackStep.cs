using System.Text.Json.Serialization;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Rolls a deployment back: to the last known good release, a revision, a digest or a backup.</summary>
internal sealed class RollbackStep : IStep<RollbackOptions, Rollback>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Rollback;

    /// <inheritdoc/>
    public string FailureId => "RollbackFailed";

    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => RollbackJson.Default;

    /// <inheritdoc/>
    public IReadOnlyList<string> NotRecorded(RollbackOptions options) => options.Passphrase is null ? [] : [nameof(options.Passphrase)];

    /// <inheritdoc/>
    public Rollback WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Rollback, reason, context.Clock))
        {
            Reason = PipelineGate.BlockedBy(context.Previous) ?? "",
        };

    /// <inheritdoc/>
    public async Task<Rollback> RunAsync(StepContext context, RollbackOptions options, CancellationToken ct)
    {
        var started = context.Clock.GetUtcNow();
        var rollback = await RollBackAsync(context, options, ct);
        if (rollback.Revision is not null) await DeploymentAnnotation.AddAsync(context, rollback, started, ct);
        return rollback;
    }

    private async Task<Rollback> RollBackAsync(StepContext context, RollbackOptions options, CancellationToken ct)
    {
        if (options is { FromBackup: not null } and ({ ToRevision: not null } or { ToDigest: not null }) && context.Previous is null)
        {
            throw new DeployException("UndoAmbiguous", FaultCategory.InvalidArgument,
                "Both a release and a backup to roll back to were specified.",
                "Specify only one of -ToRevision, -ToDigest and -FromBackup.");
        }

        if (options.OwnRelease && context.Resumed?.Recorded.Facts is null)
            await OwnRelease.RequireAsync(context, ImageOf(context.Previous), ct);
        var reason = context.Redactor.Apply(
            options.Reason ?? PipelineGate.BlockedBy(context.Previous) ?? "requested by the operator");
        if (!context.Target.IsOneDeployment)
        {
            var recorded = context.Resumed?.Facts(RollbackJson.Default.RollbackFacts);
            var undone = await new ReleaseUndo(context, options).RunAsync(reason, recorded, ct);
            return undone.Status != StepStatus.Planned && context.Previous is (null or Run)
                ? undone with { Checks = [ManualTrigger(context, reason), .. undone.Checks] }
                : undone;
        }

        var request = await FindAsync(context, options, ct);
        var plan = await new RollbackPlanner(context.Cluster, context.Target, context.Clock).PlanAsync(request, ct) with
        {
            Reason = reason,
            Timeout = options.Timeout ?? context.Target.Rollout.Timeout,
        };
        foreach (var change in plan.Configuration)
            context.Reporter.Information($"{change.Kind.Kind}/{change.Name}:\n{string.Join('\n', change.Fields)}");
        if (!await context.ConfirmAsync(context.Subject, $"{plan.Summary}, because {reason}", ct)) return Planned(context, plan);

        await WarnWithoutImageAsync(context, plan, ct);
        var previous = PodTemplate.Image(plan.Observed.At("spec", "template"), plan.Container);
        context.Journal.Start(new RollbackFacts(plan.Image, previous, plan.Restarts, plan.Choice), RollbackJson.Default);
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        // The current configuration is saved too, so that the rollback loses nothing.
        var before = plan.Configuration.Count == 0 ? null
            : await new ConfigurationSnapshot(context.Cluster, context.Target).SaveAsync(
                plan.Observed, null, context.RunId, context.Reporter, ct);
        var rollback = await new RollbackRunner(context, plan).RunAsync(ct);
        await new ReleaseRecorder(context).RecordAsync(rollback, before, ct);
        await new ShownDeployment(context).RolledBackAsync(previous, rollback, ct);
        return context.Previous is null or Run ? rollback with { Checks = [ManualTrigger(context, reason), .. rollback.Checks] } : rollback;
    }

    private Rollback Planned(StepContext context, RollbackPlan plan) =>
        WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
        {
            From = plan.From,
            To = plan.To,
            Choice = plan.Choice,
            Reason = plan.Reason,
        };

    private static async Task<RollbackRequest> FindAsync(StepContext context, RollbackOptions options, CancellationToken ct)
    {
        var facts = context.Resumed?.Facts(RollbackJson.Default.RollbackFacts);
        var done = context.Resumed?.Probe.Done == true;
        var found = await FindReleaseAsync(
            context, options, facts is not null && (done || (options.FromBackup is null && options.ToRevision is null)) ? facts : null, ct);
        return found with
        {
            Restart = facts is { Restarts: true } && !done,
            AcceptsRunning = facts is not null,
            Left = ImageOf(context.Previous),
            IsExplicit = facts is not null || options is not { FromBackup: null, ToRevision: null, ToDigest: null },
            Unattended = options.Unattended,
            AllowSchemaMismatch = options.AllowSchemaMismatch,
            ImageOnly = options.ImageOnly,
            ConfigurationFilter = new ObjectFilter([], options.Exclude),
        };
    }

    private static string? ImageOf(IStepResult? previous) => previous switch
    {
        Rollout rollout => rollout.Image,
        Migration migration => migration.Image,
        SentTestData sent => sent.Image,
        Verification verification => verification.Image,
        DashboardVerification dashboard => dashboard.Image,
        _ => null,
    };

    private static async Task<RollbackRequest> FindReleaseAsync(
        StepContext context, RollbackOptions options, RollbackFacts? resumed, CancellationToken ct)
    {
        // A resumed rollback keeps the release that it chose.
        if (resumed is not null) return new RollbackRequest { ToImage = resumed.Image, Choice = resumed.Choice };
        if (options.FromBackup is { } path)
        {
            var passphrase = options.Passphrase is null ? null : BackupPassphrase.From(options.Passphrase);
            using var backup = BackupFolder.Open(path, DecryptionKeyProviders.From(options.KeyPath, passphrase));
            return await BackupRequest.ReadAsync(backup, context.Target, options.ImageOnly, ct);
        }

        if (options.ToRevision is not null) return new RollbackRequest { ToRevision = options.ToRevision };
        if (options.ToDigest is not null)
        {
            var image = (await ImagePublisher.For(context).ResolveAsync(context.Target, options.ToDigest, ct)).Reference;
            return new RollbackRequest { ToImage = image, Choice = "the operator specified the image" };
        }

        var previous = context.Previous switch
        {
            Rollout rollout => rollout.PreviousRevision,
            Verification verification => verification.PreviousRevision,
            DashboardVerification dashboard => dashboard.PreviousRevision,
            _ => null,
        };
        return await LastKnownGood.FindAsync(context, previous, options, ct);
    }

    // A node may still have the image: a missing registry is no reason to stay on a broken release.
    private static async Task WarnWithoutImageAsync(StepContext context, RollbackPlan plan, CancellationToken ct)
    {
        if (plan.ChangesNothing || plan.Image.Length == 0) return;
        try
        {
            await ImagePublisher.For(context).ResolveAsync(plan.Target, plan.Image, ct);
        }
        catch (DeployException e)
        {
            context.Reporter.Warning($"The registry may no longer have {plan.Image}: {e.Message}");
        }
    }

    // Nothing fired: a person decided it.
    private static Check ManualTrigger(StepContext context, string reason) =>
        CheckTable.TriggerManual.ToCheck(CheckOutcome.Manual($"{RunLedger.Actor}: {reason}"), CheckTimer.Start(context.Clock));
}
