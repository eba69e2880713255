using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from pods and their events what keeps them from becoming ready.</summary>
internal static class PodDiagnostics
{
    /// <summary>The most severe issue of any pod; null when there is none.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="events">Their events, and those of other objects.</param>
    /// <param name="now">The time of the verdict.</param>
    /// <param name="restarts">How many restarts a container is allowed before a crash is fatal.</param>
    public static PodIssue? MostSevere(IReadOnlyList<V1Pod> pods, IEnumerable<Corev1Event> events, DateTimeOffset now, int restarts = 0)
    {
        var byPod = events.ToLookup(one => one.InvolvedObject?.Uid ?? "");
        return pods
            .Select(pod => From(pod, [.. byPod[pod.Uid() ?? "-"]], now, restarts))
            .OfType<PodIssue>()
            .OrderByDescending(issue => issue.IsFatal)
            .ThenBy(issue => issue.Diagnosis.Pod, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static PodIssue? From(V1Pod pod, List<Corev1Event> events, DateTimeOffset now, int restarts)
    {
        var issue = PodReader.InitStatuses(pod).Select(status => ContainerDiagnostics.From(status, isInit: true, restarts))
            .Concat(PodReader.Statuses(pod).Select(status => ContainerDiagnostics.From(status, isInit: false, restarts)))
            .OfType<PodIssue>()
            .OrderByDescending(found => found.IsFatal)
            .FirstOrDefault()
            ?? Unschedulable(pod, now)
            ?? NodeLost(pod, events)
            ?? ProbeDiagnostics.From(pod, events);
        if (issue is null) return null;
        var diagnosis = issue.Diagnosis with { Pod = pod.Name(), Events = EventReader.Summarize(events) };
        if (diagnosis.Cause == "CrashLoop" && ProbeDiagnostics.Killing(pod, events) is { } probe)
            diagnosis = diagnosis with { Message = $"{diagnosis.Message} {probe}" };
        return issue with { Diagnosis = diagnosis };
    }

    private static PodIssue? Unschedulable(V1Pod pod, DateTimeOffset now)
    {
        if (PodReader.Condition(pod, "PodScheduled") is not { Status: "False", Reason: "Unschedulable" } scheduled) return null;
        // A node may be on its way: the issue is reported at once and fatal after the grace period.
        return new PodIssue(
            new Diagnosis("Unschedulable", scheduled.Message ?? "No node fits.")
            {
                Remedy = "Ask for less, add a node, or correct selectors, affinities and taints.",
            },
            IsFatal: GracePeriod.IsOver(scheduled.LastTransitionTime, now));
    }

    // The cluster moves the pod to another node by itself when this one stays away.
    private static PodIssue? NodeLost(V1Pod pod, List<Corev1Event> events)
    {
        if (PodReader.IsReady(pod) || !events.Exists(one => one.Reason == "NodeNotReady")) return null;
        return new PodIssue(
            new Diagnosis("NodeLost", $"The node {pod.Spec?.NodeName} of pod {pod.Name()} does not answer.")
            {
                Remedy = "Look at the node; its pods are moved when it stays away.",
            },
            IsFatal: false);
    }
}
