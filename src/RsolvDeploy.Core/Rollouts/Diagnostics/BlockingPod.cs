using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>
/// Finds the pod of the release before that a StatefulSet waits for: with the policy OrderedReady its controller replaces no pod while one
/// is not ready, not even that one (Kubernetes documentation, "Forced rollback").
/// </summary>
internal static class BlockingPod
{
    private const string Ordered = "OrderedReady";

    /// <summary>The issue; null when the StatefulSet waits for none, or is another workload.</summary>
    /// <param name="set">The StatefulSet; null for another workload.</param>
    /// <param name="old">Its pods of other revisions that have not ended.</param>
    /// <param name="events">The events of the namespace.</param>
    public static PodIssue? From(V1StatefulSet? set, IEnumerable<V1Pod> old, IEnumerable<Corev1Event> events)
    {
        if (set?.Spec is null || (set.Spec.PodManagementPolicy ?? Ordered) != Ordered) return null;
        var waiting = old
            .Where(pod => !PodReader.IsReady(pod) && !PodReader.IsTerminating(pod))
            .MinBy(pod => pod.Name(), StringComparer.Ordinal);
        if (waiting is null) return null;
        var reason = PodDiagnostics.Issues([waiting], events, 0) is [var first, ..] ? first.Diagnosis.Message.TrimEnd('.') : null;
        var issue = PodIssue.Create(
            RolloutCauses.OldPodNotReady,
            $"Pod {waiting.Name()} of the release before is not ready{(reason is null ? "" : $" ({reason})")}, "
                + "and the StatefulSet replaces no pod until it is.",
            $"If it cannot become ready, delete it: kubectl -n {waiting.Namespace()} delete pod {waiting.Name()}.");
        return issue with { Diagnosis = issue.Diagnosis with { Pod = waiting.Name() } };
    }
}
