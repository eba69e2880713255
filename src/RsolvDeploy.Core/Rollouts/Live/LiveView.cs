using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>What the objects of a Deployment show at one time.</summary>
/// <param name="target">A target with the Deployment as its only workload.</param>
/// <param name="objects">Its objects.</param>
internal sealed class LiveView(Target target, LiveObjects objects)
{
    private readonly V1Deployment _deployment = objects.Workload.ReadAs<V1Deployment>();

    /// <summary>The live state.</summary>
    public LiveWorkload Create()
    {
        var expected = objects.Expect(target);
        var (container, image) = (expected.Container, expected.Image);
        var state = objects.ToState(expected);
        var newest = state.Newest;
        var pods = state.OwnedSets()
            .OrderByDescending(set => ReferenceEquals(set, newest))
            .ThenByDescending(DeploymentReader.Revision)
            .SelectMany(set => state.PodsOf(set).OrderBy(pod => pod.Name(), StringComparer.Ordinal).Select(pod => (Set: set, Pod: pod)))
            .ToList();
        var updated = pods
            .Where(one => ReferenceEquals(one.Set, newest) && !PodReader.HasEnded(one.Pod) && !PodReader.IsTerminating(one.Pod))
            .Select(one => one.Pod)
            .ToList();
        var ready = updated.Where(PodReader.IsReady).ToList();
        var old = pods.Count(one => !ReferenceEquals(one.Set, newest) && !PodReader.HasEnded(one.Pod));
        var doing = State(updated.Count, old);
        var shown = new LivePods(objects, target, container);
        return new LiveWorkload(target.Main, doing, image)
        {
            Digest = LivePods.DigestOf(image, ready, container),
            Revision = DeploymentReader.Revision(_deployment),
            Wanted = Wanted,
            Ready = ready.Count,
            Rollout = doing is DeploymentState.RollingOut or DeploymentState.Stalled
                ? new LiveRollout(newest is null ? null : DeploymentReader.Revision(newest), updated.Count, ready.Count, old)
                {
                    Cause = state.Evaluate(TimeSpan.Zero).Cause,
                }
                : null,
            Pods = [.. pods.Select(one => shown.Describe(one.Pod, DeploymentReader.Revision(one.Set)))],
        };
    }

    private int Wanted => _deployment.Spec?.Replicas ?? 1;

    private DeploymentState State(int updated, int old)
    {
        if (_deployment.Spec?.Paused == true) return DeploymentState.Paused;
        var status = _deployment.Status;
        var progressing = status?.Conditions?.FirstOrDefault(condition => condition.Type == "Progressing");
        // Until the controller has observed the write, its conditions describe the release before.
        var isObserved = (status?.ObservedGeneration ?? 0) >= (_deployment.Generation() ?? 0);
        if (isObserved && progressing?.Reason == "ProgressDeadlineExceeded") return DeploymentState.Stalled;
        if (!isObserved || updated < Wanted && progressing?.Reason != "NewReplicaSetAvailable" || old > 0)
            return DeploymentState.RollingOut;
        if ((status?.AvailableReplicas ?? 0) >= Wanted) return DeploymentState.Ready;
        // Once a rollout has completed, the controller keeps this reason although pods fail later.
        return progressing?.Reason == "NewReplicaSetAvailable" ? DeploymentState.Degraded : DeploymentState.RollingOut;
    }
}
