using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>What the objects of a StatefulSet or DaemonSet show at one time.</summary>
/// <param name="target">A target with the workload as its only one.</param>
/// <param name="objects">Its objects.</param>
internal sealed class LiveSetView(Target target, LiveObjects objects)
{
    /// <summary>The live state.</summary>
    public LiveWorkload Create()
    {
        var expected = objects.Expect(target);
        var state = objects.ToState(expected);
        var set = state.Set!;
        var progress = expected.Kind == WorkloadKind.StatefulSet
            ? StatefulSetProgress.From(set.StatefulSet)
            : DaemonSetProgress.From(set.DaemonSet);
        var pods = state.Pods.Values
            .Where(set.Owns)
            .OrderByDescending(set.IsNew)
            .ThenBy(pod => pod.Name(), StringComparer.Ordinal)
            .ToList();
        var alive = pods.Where(pod => !PodReader.HasEnded(pod) && !PodReader.IsTerminating(pod)).ToList();
        var updated = alive.Where(set.IsNew).ToList();
        var kept = progress.IsOnDelete ? int.MaxValue : progress.Kept;
        // Pods that the strategy keeps at their revision are as wanted as the others.
        var ready = updated.Count(PodReader.IsReady)
            + Math.Min(kept, alive.Count(pod => !set.IsNew(pod) && PodReader.IsReady(pod)));
        var old = pods.Count(pod => !set.IsNew(pod) && !PodReader.HasEnded(pod));
        var wanted = progress.Desired + progress.Kept;
        var doing = State(set, progress, (Old: Math.Max(0, old - kept), Missing: wanted - ready));
        var shown = new LivePods(objects, target, expected.Container);
        return new LiveWorkload(target.Main, doing, expected.Image)
        {
            Digest = LivePods.DigestOf(expected.Image, updated.Where(PodReader.IsReady), expected.Container),
            Revision = set.Newest?.Number,
            Wanted = wanted,
            Ready = ready,
            Rollout = doing == DeploymentState.RollingOut
                ? new LiveRollout(set.Newest?.Number, updated.Count, updated.Count(PodReader.IsReady), Math.Max(0, old - kept))
                {
                    Cause = state.Evaluate(TimeSpan.Zero).Cause,
                }
                : null,
            Pods = [.. pods.Select(pod => shown.Describe(pod, RevisionOf(set, pod)))],
            Note = progress.Note,
        };
    }

    private static DeploymentState State(SetState set, SetProgress progress, (int Old, int Missing) pods)
    {
        if (progress.ObservedGeneration < (set.Workload?.Generation() ?? 0) || pods.Old > 0) return DeploymentState.RollingOut;
        if (pods.Missing <= 0 && (progress.IsRolledOut || progress.IsOnDelete)) return DeploymentState.Ready;
        // A StatefulSet that completed its rollout has one revision. A DaemonSet keeps no record of that: kubectl waits for it, too.
        var wasRolledOut = progress.IsOnDelete
            || set.StatefulSet?.Status is { } status && status.CurrentRevision == status.UpdateRevision;
        return wasRolledOut ? DeploymentState.Degraded : DeploymentState.RollingOut;
    }

    private long? RevisionOf(SetState set, V1Pod pod) => set.Revisions.Values
        .FirstOrDefault(one => one.IsMeantBy(pod.GetLabel(ControllerRevision.HashLabel), target.Deployment))?.Number;
}
