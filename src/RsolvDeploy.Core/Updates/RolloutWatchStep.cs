using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Rollouts.Live;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>
/// Watches a rollout that is under way, whoever began it, to the same result and verdict as an update. It only reads, and never rolls back.
/// </summary>
internal sealed class RolloutWatchStep : IStep<RolloutWatchOptions, Rollout>
{
    private static readonly string[] NotWatched =
        [CheckTable.UpdateImage.Id, CheckTable.UpdatePreviousImage.Id, CheckTable.UpdateApplied.Id];

    /// <inheritdoc/>
    public StepKind Kind => StepKind.RolloutWatch;

    /// <inheritdoc/>
    public string FailureId => "RolloutFailed";

    // It changes nothing, so it may also watch after a step that failed.
    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonTypeInfo<RolloutWatchOptions> OptionsJson => UpdateJson.Default.RolloutWatchOptions;

    /// <inheritdoc/>
    public Rollout WithoutResult(StepContext context, StepStatus status, string reason) => new(
        context.Target,
        context.RunId,
        status,
        [.. CheckTable.SkipAll(StepKind.Update, reason, context.Clock).Where(check => !NotWatched.Contains(check.Id))]);

    /// <inheritdoc/>
    public async Task<Rollout> RunAsync(StepContext context, RolloutWatchOptions options, CancellationToken ct)
    {
        var objects = await LiveObjects.ReadAsync(context.Cluster, context.Target, ct);
        var expected = objects.Expect(context.Target);
        var state = objects.ToState(expected);
        var timeout = options.Timeout ?? context.Target.Rollout.Timeout;
        var settings = context.Target.Rollout with { StableFor = StabilizationLeft(context, state) };
        var request = new RolloutWatchRequest(
            context.Target with { Rollout = settings }, expected, DeploymentReader.Selector(objects.Deployment), timeout);
        var ended = await new RolloutWatcher(context.Cluster, context.Reporter, context.Clock).RunAsync(request, ct);
        var rollout = await new UpdateOutcome(context, Observe(context.Target, objects, state), timeout)
            .CreateResultAsync(ended, expected, ct);
        return rollout with { Checks = [.. rollout.Checks.Where(check => !NotWatched.Contains(check.Id))] };
    }

    // The update that somebody has written already, as the Deployment and its ReplicaSets show it.
    private static UpdatePlan Observe(Target target, LiveObjects objects, RolloutState state)
    {
        var (container, image) = (state.Expected.Container, state.Expected.Image);
        var newest = objects.Newest(state);
        var before = state.OwnedSets().Where(set => !ReferenceEquals(set, newest)).MaxBy(set => DeploymentReader.Revision(set) ?? 0);
        return new UpdatePlan(
            target,
            container,
            image,
            DeploymentReader.Image(before?.Spec?.Template?.Spec, container) ?? "",
            before is null ? null : DeploymentReader.Revision(before),
            objects.Deployment)
        {
            AdditionalContainers = [.. state.Expected.AdditionalImages.Keys],
        };
    }

    // Pods that have been ready for as long as the window lasts are stable already.
    private static TimeSpan StabilizationLeft(StepContext context, RolloutState state)
    {
        var window = context.Target.Rollout.StableFor;
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
