using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Rollouts.Live;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>Watches the rollout of one workload, whoever began it, to the result that an update of it would have.</summary>
/// <param name="context">The step's context.</param>
/// <param name="target">A target with the workload as its only one.</param>
/// <param name="timeout">How long to watch.</param>
internal sealed class WorkloadWatch(StepContext context, Target target, TimeSpan timeout)
{
    /// <summary>Watches it to its end.</summary>
    public async Task<ReleasePart> RunAsync(CancellationToken ct)
    {
        var objects = await LiveObjects.ReadAsync(context.Cluster, target, ct);
        var expected = objects.Expect(target);
        var state = objects.ToState(expected);
        var plan = await ObserveAsync(objects, state, ct);
        var ended = await WatchAsync(objects, state, ct);
        return new ReleasePart(plan, await new UpdateOutcome(context, plan, timeout).CreateResultAsync(ended, expected, ct), false);
    }

    private async Task<RolloutWatcher.Result> WatchAsync(LiveObjects objects, RolloutState state, CancellationToken ct)
    {
        if (state.Expected.Kind == WorkloadKind.CronJob) return CronJobRollout.From(objects.Workload, context.Clock.GetUtcNow());
        var settings = target.Rollout with { StableFor = StabilizationLeft(state) };
        return await new RolloutWatcher(context.Cluster, context.Reporter, context.Clock).RunAsync(
            new RolloutWatchRequest(
                target with { Rollout = settings }, state.Expected, DeploymentReader.Selector(objects.Workload), timeout),
            ct);
    }

    // The update that somebody has written already, as the workload and its revisions show it.
    private async Task<UpdatePlan> ObserveAsync(LiveObjects objects, RolloutState state, CancellationToken ct)
    {
        var (container, image) = (state.Expected.Container, state.Expected.Image);
        var (previous, revision) = target.Main.Kind == WorkloadKind.Deployment
            ? PreviousSet(state)
            : await PreviousRevisionAsync(objects, ct);
        return new UpdatePlan(target, container, image, previous, revision, objects.Workload)
        {
            AdditionalContainers = [.. state.Expected.AdditionalImages.Keys],
        };
    }

    private static (string Image, long? Revision) PreviousSet(RolloutState state)
    {
        var newest = state.Newest;
        var before = state.OwnedSets().Where(set => !ReferenceEquals(set, newest)).MaxBy(set => DeploymentReader.Revision(set) ?? 0);
        return (
            DeploymentReader.Image(before?.Spec?.Template?.Spec, state.Expected.Container) ?? "",
            before is null ? null : DeploymentReader.Revision(before));
    }

    private async Task<(string Image, long? Revision)> PreviousRevisionAsync(LiveObjects objects, CancellationToken ct)
    {
        var container = DeploymentReader.Container(objects.Workload, target);
        var current = PodTemplate.Of(objects.Workload)!;
        var known = new List<(long Number, string Image)>();
        // The controller may not have made the revision of the newest template yet.
        await foreach (var (number, template) in WorkloadRevisions.ListAsync(context.Cluster, target, objects.Workload, ct))
        {
            if (!ReleaseTemplate.IsSame(PodTemplate.Clean(template), current))
                known.Add((number, PodTemplate.Image(template, container) ?? ""));
        }

        return known.OrderByDescending(one => one.Number).Select(one => (one.Image, (long?)one.Number)).FirstOrDefault(("", null));
    }

    // Pods that have been ready for as long as the window lasts are stable already.
    private TimeSpan StabilizationLeft(RolloutState state)
    {
        var window = target.Rollout.StableFor;
        if (state.Evaluate(TimeSpan.Zero).Phase != RolloutPhase.Complete) return window;
        var readySince = state.NewPods()
            .Select(pod => PodReader.Condition(pod, "Ready")?.LastTransitionTime)
            .OfType<DateTime>()
            .Select(at => new DateTimeOffset(at))
            .DefaultIfEmpty()
            .Max();
        var left = window - (context.Clock.GetUtcNow() - readySince);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < window ? left : window;
    }
}
