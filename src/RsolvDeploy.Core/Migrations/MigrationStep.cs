using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>Lists the pending migrations, runs them in a pod under the lock, and shows that none is pending afterwards.</summary>
internal sealed class MigrationStep : IStep<MigrationOptions, Migration>
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public StepKind Kind => StepKind.Migration;

    /// <inheritdoc/>
    public string FailureId => "MigrationFailed";

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => MigrationJson.Default;

    /// <inheritdoc/>
    public Migration WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Migration, reason, context.Clock))
        {
            PreviousRevision = PreviousRevision(context),
        };

    /// <inheritdoc/>
    public async Task<Migration> RunAsync(StepContext context, MigrationOptions options, CancellationToken ct)
    {
        var limits = new MigrationLimits { Timeout = options.Timeout ?? context.Target.Migrations?.Timeout ?? DefaultTimeout };
        var plan = await MigrationRunner.PlanAsync(context, options.Pod, limits, ct);
        var count = plan.Before.Pending.Count;
        if (context.Previous is { Status: StepStatus.Planned }) return BehindPlan(context, plan);
        var change = $"Run {count} {(count == 1 ? "migration" : "migrations")}: {plan.Pending}";
        if (count == 0 || options.StatusOnly || !await context.ConfirmAsync(context.Subject, change, ct))
        {
            var status = count == 0 ? await MigrationRunner.ApplyAsync(context, plan, limits, ct) : Planned(context, options, plan);
            if (!await context.Confirmation.IsPreviewAsync(ct)) await RecordSchemaAsync(context, plan, status, ct);
            return Carried(context, status);
        }

        var facts = new MigrationFacts(
            plan.Pod.Name,
            plan.Before.Pending.Select(one => one.Version).ToArray(),
            plan.Command.IsLimited,
            (int)Math.Ceiling(limits.Timeout.TotalSeconds));
        var ledger = context.Journal.Start(
            context.Resumed?.Facts(MigrationJson.Default.MigrationFacts) ?? facts, MigrationJson.Default);
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        try
        {
            var migration = await ledger.DoAsync(
                $"migrate {context.Target.Namespace}/{plan.Pod.Name}: {plan.Pending}",
                () => MigrationRunner.ApplyAsync(context, plan, limits with { Lock = held }, ct),
                made => new ChangeFacts { ExitCode = made.ExitCode, Schema = made.Schema });
            context.Journal.MarkChanged();
            await RecordSchemaAsync(context, plan, migration, ct);
            return Carried(context, migration);
        }
        catch (StepException e) when (e.Result is Migration unverified)
        {
            context.Journal.MarkChanged();
            // The pending migrations may be applied. The history records them as applied, so that a rollback across them is refused.
            await RecordSchemaAsync(context, plan, unverified with { Applied = [.. plan.Before.Applied, .. plan.Before.Pending] }, ct);
            throw new StepException(e, Carried(context, unverified)) { Subject = e.Subject };
        }
    }

    private static Migration Carried(StepContext context, Migration migration) =>
        migration with { PreviousRevision = PreviousRevision(context) };

    private static long? PreviousRevision(StepContext context) => (context.Previous as Rollout)?.PreviousRevision;

    private static Migration Planned(StepContext context, MigrationOptions options, MigrationPlan plan)
    {
        var reason = options.StatusOnly ? "not run: -StatusOnly" : StepContext.NotConfirmed;
        var status = CheckTable.MigrationStatus.ToCheck(MigrationChecks.Status(plan), plan.Timer);
        Check[] skipped = CheckTable.SkipAll(StepKind.Migration, reason, context.Clock);
        return new Migration(plan.Target, context.RunId, StepStatus.Planned, [status, .. skipped.Where(check => check.Id != status.Id)])
        {
            Pod = plan.Pod.Name,
            Pending = plan.Before.Pending,
            Applied = plan.Before.Applied,
            LimitedInPod = plan.Command.IsLimited,
            Image = plan.Pod.Image,
        };
    }

    // The migrations of a release are in its image, which does not run yet.
    private static Migration BehindPlan(StepContext context, MigrationPlan plan)
    {
        var planned = Planned(context, new MigrationOptions(), plan);
        const string More = "the migrations of the new image are listed after its rollout";
        return planned with
        {
            Checks =
            [
                .. planned.Checks.Select(check =>
                    check.Id == CheckTable.MigrationStatus.Id ? check with { Evidence = $"{check.Evidence}; {More}" } : check),
            ],
            Image = (context.Previous as Rollout)?.Image,
            PreviousRevision = PreviousRevision(context),
        };
    }

    // The schema is recorded even when the migration failed or only its status was read: a later rollback has to know it, whoever migrated.
    private static async Task RecordSchemaAsync(StepContext context, MigrationPlan plan, Migration migration, CancellationToken ct)
    {
        if (migration.Schema is null) return;
        // A resumed run may find its migrations applied: those that it recorded when it started.
        var started = (context.Resumed?.Facts(MigrationJson.Default.MigrationFacts)?.Pending ?? []).ToHashSet();
        context.RecordWrites();
        var running = new Release(plan.Pod.Image, context.Clock.GetUtcNow())
        {
            Status = StepStatus.Succeeded,
            By = RunLedger.Actor,
            RunId = migration.RunId,
            Reason = "deployed by other means; found when its database was migrated",
            Schema = migration.Schema,
            Migrations = migration.Applied.Where(one => plan.Before.Pending.Contains(one) || started.Contains(one.Version)).ToArray(),
        };
        try
        {
            await new ReleaseHistory(context.Cluster, context.Target).RecordSchemaAsync(running, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning(
                $"The schema could not be recorded in the history, so a rollback across it is not refused: {error.Message} {error.Remedy}");
        }
    }
}
