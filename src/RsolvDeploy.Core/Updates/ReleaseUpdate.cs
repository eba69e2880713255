using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>Updates a release that has several workloads: one plan, one confirmation, one lock, one verdict.</summary>
/// <param name="context">The step's context.</param>
/// <param name="options">Its options.</param>
/// <param name="freeze">Refuses it in a freeze window.</param>
internal sealed class ReleaseUpdate(StepContext context, UpdateOptions options, FreezeGate freeze)
{
    /// <summary>Plans, confirms and runs it.</summary>
    /// <param name="image">The image, by digest.</param>
    /// <param name="recorded">What an interrupted run recorded; null for a new one.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException">A workload cannot be updated; nothing was written.</exception>
    public async Task<Rollout> RunAsync(string image, UpdateFacts? recorded, CancellationToken ct)
    {
        var plan = await PlanAsync(image, ct);
        if (!await context.ConfirmAsync(Subject, plan.Summary, ct)) return Planned(plan);

        if (plan.Ownership.Result == CheckResult.NotMet && !plan.Plans.All(one => one.ChangesNothing)) return Refused(plan);
        var facts = recorded ?? new UpdateFacts(image, plan.Main.PreviousImage, plan.Main.PreviousRevision)
        {
            Workloads = [.. plan.Plans.Select(one => new WorkloadRelease(one.Workload.Kind, one.Workload.Name, image)
            {
                PreviousImage = one.PreviousImage,
                PreviousRevision = one.PreviousRevision,
            })],
        };
        context.Journal.Start(facts, UpdateJson.Default);
        // A resumed run may have changed some workloads already: their images before are those that it recorded.
        plan = plan with { Plans = [.. plan.Plans.Select(one => WithRecorded(one, facts))] };
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        if (recorded is null) freeze.RequireNow();
        if (facts.Snapshot is null)
        {
            var observed = ReleaseWorkloads.Merge([.. plan.Plans.Select(one => one.Observed)]);
            var snapshot = new ConfigurationSnapshot(context.Cluster, context.Target);
            facts = facts with { Snapshot = await snapshot.SaveAsync(observed, null, context.RunId, context.Reporter, ct) };
            context.Journal.Update(facts, UpdateJson.Default);
        }

        var runner = new ReleaseRunner(context, plan, options, facts.Snapshot);
        var rollout = await new ShownDeployment(context).RunAsync(image, () => runner.RunAsync(ct), ct);
        rollout = rollout with { Checks = [.. UpdateStep.Ownership(context, plan.Ownership), .. rollout.Checks] };
        await UpdateStep.RecordAsync(context, rollout, new Release(image, context.Clock.GetUtcNow())
        {
            Revision = rollout.Revision,
            Status = rollout.Status,
            Committed = (context.Previous as PublishedImage)?.Source?.Committed,
            Reason = options.Reason + (held.BrokenFrom is { } holder ? $" (lock taken from {holder})" : ""),
            ConfigurationBefore = facts.Snapshot,
            Workloads = [.. facts.Workloads.Select(one => one with { Revision = RevisionOf(rollout, one) })],
        }, ct);
        return rollout;
    }

    private string Subject => $"{context.Target.Namespace}/{string.Join(", ", context.Target.Workloads)} in {context.Cluster.ContextName}";

    private async Task<ReleasePlan> PlanAsync(string image, CancellationToken ct)
    {
        var plans = new List<UpdatePlan>();
        foreach (var workload in context.Target.Workloads)
            plans.Add(await UpdatePlanner.PlanAsync(context.Cluster, context.Target.For(workload), image, ct));
        return new ReleasePlan(context.Target, image, plans);
    }

    // An image that is reverted is not deployed; nothing is written.
    private Rollout Refused(ReleasePlan plan) => Planned(plan) with
    {
        Status = StepStatus.Failed,
        Checks = UpdateStep.RefusedChecks(context, plan.Ownership),
        Diagnosis = UpdateStep.OwnedByOthers(plan.Ownership),
    };

    private Rollout Planned(ReleasePlan plan) =>
        new(
            context.Target,
            context.RunId,
            StepStatus.Planned,
            [
                .. UpdateStep.Ownership(context, plan.Ownership),
                .. CheckTable.SkipAll(StepKind.Update, StepContext.NotConfirmed, context.Clock),
            ])
        {
            Image = plan.Image,
            Diff = plan.Diff,
            PreviousImage = plan.Main.PreviousImage,
            PreviousRevision = plan.Main.PreviousRevision,
            Workloads = [.. plan.Plans.Select(one => new WorkloadRollout(one.Workload, StepStatus.Planned)
            {
                Image = one.Image,
                PreviousImage = one.PreviousImage,
                PreviousRevision = one.PreviousRevision,
            })],
        };

    private static UpdatePlan WithRecorded(UpdatePlan plan, UpdateFacts facts) =>
        facts.Workloads.FirstOrDefault(one => one.Kind == plan.Workload.Kind && one.Name == plan.Workload.Name) is { } known
            ? plan with { PreviousImage = known.PreviousImage ?? plan.PreviousImage, PreviousRevision = known.PreviousRevision }
            : plan;

    private static long? RevisionOf(Rollout rollout, WorkloadRelease release) => rollout.Workloads
        .FirstOrDefault(one => one.Workload.Kind == release.Kind && one.Workload.Name == release.Name)?.Revision;
}
