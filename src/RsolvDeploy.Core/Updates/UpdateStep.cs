using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Migrations;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>
/// Sets the image of a deployment by digest, watches the rollout, and rolls back when it fails and -RollbackOnFailure is specified.
/// </summary>
internal sealed class UpdateStep : IStep<UpdateOptions, Rollout>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Update;

    /// <inheritdoc/>
    public string FailureId => "RolloutFailed";

    /// <inheritdoc/>
    public JsonTypeInfo<UpdateOptions> OptionsJson => UpdateJson.Default.UpdateOptions;

    /// <inheritdoc/>
    public Rollout WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Update, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<Rollout> RunAsync(StepContext context, UpdateOptions options, CancellationToken ct)
    {
        options = options with { Reason = context.Redactor.Apply(options.Reason) };
        var recorded = context.Resumed?.Facts(UpdateJson.Default.UpdateFacts);
        var plan = await UpdatePlanner.PlanAsync(context.Cluster, context.Target, await ResolveAsync(context, options, recorded, ct), ct);
        if (!await context.ConfirmAsync(context.Subject, plan.Summary, ct)) return Planned(context, plan);

        var facts = recorded ?? new UpdateFacts(plan.Image, plan.PreviousImage, plan.PreviousRevision);
        context.Journal.Start(facts, UpdateJson.Default.UpdateFacts);
        // The registry answered with the digest; a replica of it may still lack the image.
        plan = plan with { IsServed = true };
        // A resumed run may have made its change already: the previous image and revision are those that it recorded.
        plan = plan with { PreviousImage = facts.PreviousImage, PreviousRevision = facts.PreviousRevision };
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        if (facts.Snapshot is null)
        {
            var snapshot = new ConfigurationSnapshot(context.Cluster, context.Target);
            facts = facts with { Snapshot = await snapshot.SaveAsync(plan.Observed, null, context.RunId, context.Reporter, ct) };
            context.Journal.Update(facts, UpdateJson.Default.UpdateFacts);
        }

        var rollout = await new UpdateRunner(context, plan, options, facts.Snapshot).RunAsync(ct);
        await RecordAsync(context, rollout, new Release(rollout.Image ?? "", context.Clock.GetUtcNow())
        {
            Revision = rollout.Revision,
            Status = rollout.Status,
            Reason = options.Reason + (held.BrokenFrom is { } holder ? $" (lock taken from {holder})" : ""),
            ConfigurationBefore = facts.Snapshot,
        }, ct);
        return rollout.Status == StepStatus.Succeeded ? await WithPendingMigrationsAsync(context, rollout, ct) : rollout;
    }

    private static async Task<string> ResolveAsync(StepContext context, UpdateOptions options, UpdateFacts? recorded, CancellationToken ct)
    {
        // The operator approved a digest; the tag may refer to another one now.
        var published = (context.Previous as PublishedImage)?.Reference;
        var wanted = recorded?.Image ?? options.Image ?? (string.IsNullOrEmpty(published) ? null : published) ?? throw new DeployException(
            "ImageMissing", FaultCategory.InvalidArgument,
            $"No image specified for {context.Target.Name}.",
            "Specify -Image repository@sha256:…, or run Publish-RsolvImage before this command.");
        return (await new ImagePublisher().ResolveAsync(context.Target, wanted, ct)).Reference;
    }

    private Rollout Planned(StepContext context, UpdatePlan plan) =>
        WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
        {
            Image = plan.Image,
            Diff = plan.Diff,
            PreviousImage = plan.PreviousImage,
            PreviousRevision = plan.PreviousRevision,
        };

    private static async Task RecordAsync(StepContext context, Rollout rollout, Release release, CancellationToken ct)
    {
        var recorder = new ReleaseRecorder(context);
        if (rollout.Status == StepStatus.Succeeded)
            release = release with { Configuration = await recorder.SnapshotAsync(release.ConfigurationBefore, ct) };
        await recorder.RecordAsync(release, ct);
        if (rollout.Rollback is { Image: not null } rollback) await recorder.RecordAsync(rollback, snapshotBefore: null, ct);
    }

    private static async Task<Rollout> WithPendingMigrationsAsync(StepContext context, Rollout rollout, CancellationToken ct) =>
        await PendingCheck.EvaluateAsync(context, ct) is { } pending
            ? rollout with { Checks = [.. rollout.Checks, pending] }
            : rollout;
}
