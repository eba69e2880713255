using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>
/// Finds out why new pods end as Failed: their node evicted or rejected them. Their controller replaces them, so that no pod that is alive
/// shows the cause.
/// </summary>
internal static class FailedPods
{
    /// <summary>Adds the cause of the pod that failed last.</summary>
    /// <param name="issues">Gets it.</param>
    /// <param name="pods">The new pods, ended ones too.</param>
    /// <param name="events">The events of the namespace.</param>
    public static void Add(List<PodIssue> issues, IEnumerable<V1Pod> pods, IEnumerable<Corev1Event> events)
    {
        // A pod that is deleted, as when the Deployment is scaled down, may end with an error and fails nothing.
        var failed = pods
            .Where(pod => pod.Status?.Phase == "Failed" && !PodReader.IsTerminating(pod))
            .OrderBy(pod => pod.CreationTimestamp())
            .ToList();
        if (failed.Count == 0) return;
        // One pod may have been unlucky. When it happens again, what the next pod shows so far explains less.
        if (failed.Count > 1)
            issues.RemoveAll(issue => issue.Cause == RolloutCauses.PodWarning || issue.Cause == RolloutCauses.ProbeFailing);
        issues.Add(From(failed[^1], events));
    }

    private static PodIssue From(V1Pod last, IEnumerable<Corev1Event> events)
    {
        var reason = last.Status.Reason is { Length: > 0 } named ? named : "Failed";
        var message = last.Status.Message is { Length: > 0 } text ? $": {text}" : ".";
        var issue = PodIssue.Create(
            RolloutCauses.PodFailed,
            $"New pods fail and are replaced: {reason}{message}",
            "Correct what the node refuses or limits: resources, volumes, sysctls; look at the node.");
        return issue with
        {
            Diagnosis = issue.Diagnosis with
            {
                Pod = last.Name(),
                Events = EventReader.Summarize([.. events.Where(one => one.InvolvedObject?.Uid == last.Uid())]),
            },
        };
    }
}
