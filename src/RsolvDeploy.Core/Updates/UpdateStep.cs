using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Migrations;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Staging;
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
    public JsonSerializerContext OptionsJson => UpdateJson.Default;

    /// <inheritdoc/>
    public Rollout WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Update, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<Rollout> RunAsync(StepContext context, UpdateOptions options, CancellationToken ct)
    {
        var started = context.Clock.GetUtcNow();
        var rollout = await UpdateAsync(context, options, ct);
        if (rollout.Revision is not null) await DeploymentAnnotation.AddAsync(context, rollout, started, ct);
        return rollout;
    }

    private async Task<Rollout> UpdateAsync(StepContext context, UpdateOptions options, CancellationToken ct)
    {
        options = options with { Reason = context.Redactor.Apply(options.Reason) };
        var recorded = context.Resumed?.Facts(UpdateJson.Default.UpdateFacts);
        var freeze = new FreezeGate(context, options.FreezeOverride);
        // An update that has begun is completed.
        if (recorded is null) await freeze.RequireAsync(ct);
        var image = await ResolveAsync(context, options, recorded, ct);
        // What Publish-RsolvImage passed on was judged there; a resumed update was judged when it began.
        if (recorded is null && !IsJudged(context, options)) await PromotionGate.RequireAsync(context, image, ct);
        if (!context.Target.IsOneDeployment)
        {
            var released = await new ReleaseUpdate(context, options, freeze).RunAsync(image, recorded, ct);
            return released.Status == StepStatus.Succeeded ? await WithPendingMigrationsAsync(context, released, ct) : released;
        }

        var plan = await UpdatePlanner.PlanAsync(context.Cluster, context.Target, image, ct);
        if (!await context.ConfirmAsync(context.Subject, plan.Summary, ct)) return Planned(context, plan);

        if (plan.Ownership.Result == CheckResult.NotMet && !plan.ChangesNothing) return Refused(context, plan);
        var facts = recorded ?? new UpdateFacts(plan.Image, plan.PreviousImage, plan.PreviousRevision);
        context.Journal.Start(facts, UpdateJson.Default);
        // The registry answered with the digest; a replica of it may still lack the image.
        plan = plan with { IsServed = true };
        // A resumed run may have made its change already: the previous image and revision are those that it recorded.
        plan = plan with { PreviousImage = facts.PreviousImage, PreviousRevision = facts.PreviousRevision };
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        if (recorded is null) freeze.RequireNow();
        if (facts.Snapshot is null)
        {
            var snapshot = new ConfigurationSnapshot(context.Cluster, context.Target);
            facts = facts with { Snapshot = await snapshot.SaveAsync(plan.Observed, null, context.RunId, context.Reporter, ct) };
            context.Journal.Update(facts, UpdateJson.Default);
        }

        var runner = new UpdateRunner(context, plan, options, facts.Snapshot);
        var rollout = await new ShownDeployment(context).RunAsync(plan.Image, () => runner.RunAsync(ct), ct);
        rollout = rollout with { Checks = [.. Ownership(context, plan.Ownership), .. rollout.Checks] };
        await RecordAsync(context, rollout, new Release(rollout.Image ?? "", context.Clock.GetUtcNow())
        {
            Revision = rollout.Revision,
            Status = rollout.Status,
            Committed = (context.Previous as PublishedImage)?.Source?.Committed,
            Reason = options.Reason + (held.BrokenFrom is { } holder ? $" (lock taken from {holder})" : ""),
            ConfigurationBefore = facts.Snapshot,
        }, ct);
        return rollout.Status == StepStatus.Succeeded ? await WithPendingMigrationsAsync(context, rollout, ct) : rollout;
    }

    private static bool IsJudged(StepContext context, UpdateOptions options) =>
        options.Image is null && context.Previous is PublishedImage { Status: StepStatus.Succeeded or StepStatus.Planned } publish
            && publish.Target.Name == context.Target.Name;

    private static async Task<string> ResolveAsync(StepContext context, UpdateOptions options, UpdateFacts? recorded, CancellationToken ct)
    {
        // The operator approved a digest; the tag may refer to another one now.
        var publish = context.Previous as PublishedImage;
        // A preview: the registry will have the image only after the publish.
        if (recorded is null && options.Image is null && publish?.PlannedReference is { } planned) return planned;
        var published = publish?.Reference;
        var wanted = recorded?.Image ?? options.Image ?? (string.IsNullOrEmpty(published) ? null : published) ?? throw new DeployException(
            "ImageMissing", FaultCategory.InvalidArgument,
            $"No image specified for {context.Target.Name}.",
            "Specify -Image repository@sha256:…, or run Publish-RsolvImage before this command.");
        return (await ImagePublisher.For(context).ResolveAsync(context.Target, wanted, ct)).Reference;
    }

    private Rollout Planned(StepContext context, UpdatePlan plan) =>
        WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
        {
            Image = plan.Image,
            Diff = plan.Diff,
            PreviousImage = plan.PreviousImage,
            PreviousRevision = plan.PreviousRevision,
            Checks =
            [
                .. Ownership(context, plan.Ownership),
                .. CheckTable.SkipAll(StepKind.Update, StepContext.NotConfirmed, context.Clock),
            ],
        };

    // An image that is reverted is not deployed; nothing is written.
    private Rollout Refused(StepContext context, UpdatePlan plan) => Planned(context, plan) with
    {
        Status = StepStatus.Failed,
        Checks = RefusedChecks(context, plan.Ownership),
        Diagnosis = OwnedByOthers(plan.Ownership),
    };

    /// <summary>The checks of an update that was refused because somebody else owns the image.</summary>
    public static IReadOnlyList<Check> RefusedChecks(StepContext context, CheckOutcome ownership) =>
    [
        .. Ownership(context, ownership),
        .. CheckTable.SkipAll(StepKind.Update, $"{CheckTable.EnvironmentOwnership.Id} failed; nothing was written", context.Clock),
    ];

    /// <summary>Why it was refused.</summary>
    public static Diagnosis OwnedByOthers(CheckOutcome ownership) =>
        new("OwnedByOthers", $"The update was refused, and nothing was written: {ownership.Evidence}.")
        {
            Remedy = ownership.Remedy ?? "",
        };

    /// <summary>Who else owns the image; part of the result where an operator has to look.</summary>
    public static Check[] Ownership(StepContext context, CheckOutcome ownership) => ownership.Result == CheckResult.Met
        ? []
        : [CheckTable.EnvironmentOwnership.ToCheck(ownership, CheckTimer.Start(context.Clock))];

    /// <summary>Records an update in the history, with its rollback; the lock has to be held.</summary>
    public static async Task RecordAsync(StepContext context, Rollout rollout, Release release, CancellationToken ct)
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
