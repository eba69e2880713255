using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>What the objects of a deployment show at one time.</summary>
/// <param name="target">The deployment.</param>
/// <param name="objects">Its objects.</param>
/// <param name="now">The time.</param>
internal sealed class LiveView(Target target, LiveObjects objects, DateTimeOffset now)
{
    private readonly V1Deployment _deployment = objects.Deployment.ReadAs<V1Deployment>();

    /// <summary>The live state, without what the lock and the history show.</summary>
    public LiveDeployment Create()
    {
        var expected = objects.Expect(target);
        var (container, image) = (expected.Container, expected.Image);
        var state = objects.ToState(expected);
        var newest = objects.Newest(state);
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
        return new LiveDeployment(target, doing, image)
        {
            Digest = Digest(image) ?? Running(ready, container),
            Revision = DeploymentReader.Revision(_deployment),
            Wanted = Wanted,
            Ready = ready.Count,
            Rollout = doing is DeploymentState.RollingOut or DeploymentState.Stalled
                ? new LiveRollout(newest is null ? null : DeploymentReader.Revision(newest), updated.Count, ready.Count, old)
                {
                    Cause = state.Evaluate(TimeSpan.Zero).Cause,
                }
                : null,
            Pods = [.. pods.Select(one => Describe(one.Pod, container, DeploymentReader.Revision(one.Set)))],
            At = now,
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

    private PodState Describe(V1Pod pod, string container, long? revision)
    {
        var events = objects.Events.Select(item => item.ReadAs<Corev1Event>());
        var issues = PodReader.IsReady(pod) ? [] : PodDiagnostics.Issues([pod], events, target.Rollout.Restarts);
        return PodReader.StateOf(pod, container) with
        {
            Revision = revision,
            Reason = issues is [var issue, ..] ? issue.Diagnosis.Message : null,
        };
    }

    private static string? Running(List<V1Pod> ready, string container) =>
        ready.Select(pod => PodReader.ImageId(pod, container) is { } id ? Digest(id) : null).Distinct().ToList() is [{ } one] ? one : null;

    private static string? Digest(string reference) =>
        reference.LastIndexOf('@') is >= 0 and var at ? reference[(at + 1)..] : null;
}
