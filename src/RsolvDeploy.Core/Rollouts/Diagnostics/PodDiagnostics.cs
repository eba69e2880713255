using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from pods and their events what keeps them from becoming ready.</summary>
internal static class PodDiagnostics
{
    private static readonly string[] ScaleUps = ["TriggeredScaleUp", "Nominated"];

    /// <summary>All issues of pods.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="events">Their events, and those of other objects.</param>
    /// <param name="restarts">How many restarts a container is allowed before it can fail a rollout.</param>
    public static IReadOnlyList<PodIssue> Issues(IReadOnlyList<V1Pod> pods, IEnumerable<Corev1Event> events, int restarts)
    {
        var byPod = events.ToLookup(one => one.InvolvedObject?.Uid ?? "");
        return [.. pods.SelectMany(pod => Issues(pod, [.. byPod[pod.Uid() ?? "-"]], restarts))];
    }

    private static IEnumerable<PodIssue> Issues(V1Pod pod, List<Corev1Event> events, int restarts)
    {
        var issues = new ContainerDiagnostics(pod, events, restarts).Issues().ToList();
        if (issues.Count == 0 && !PodReader.IsReady(pod) && OfPod(pod, events) is { } other) issues.Add(other);
        foreach (var issue in issues)
        {
            var diagnosis = issue.Diagnosis with { Pod = pod.Name(), Events = EventReader.Summarize(events) };
            if (issue.Cause == RolloutCauses.CrashLoop && ProbeDiagnostics.Killing(pod, events) is { } probe)
                diagnosis = diagnosis with { Message = $"{diagnosis.Message} {probe}" };
            yield return issue with { Diagnosis = diagnosis, PodUid = pod.Uid() ?? "" };
        }
    }

    private static PodIssue? OfPod(V1Pod pod, List<Corev1Event> events) =>
        Unschedulable(pod, events)
        ?? WarningDiagnostics.Setup(pod, events)
        ?? NodeLost(pod, events)
        ?? ProbeDiagnostics.From(pod, events)
        ?? WarningDiagnostics.Gate(pod)
        ?? WarningDiagnostics.Other(pod, events);

    private static PodIssue? Unschedulable(V1Pod pod, List<Corev1Event> events)
    {
        if (PodReader.Condition(pod, "PodScheduled") is not { Status: "False", Reason: "Unschedulable" } scheduled) return null;
        // A node may be on its way: an autoscaler reports it, and the wait starts again.
        var scaleUp = events.Where(one => ScaleUps.Contains(one.Reason)).OrderBy(EventReader.LastSeen).LastOrDefault();
        var issue = PodIssue.Create(
            RolloutCauses.Unschedulable,
            (scheduled.Message ?? "No node fits.") + (scaleUp is null ? "" : $" {scaleUp.Reason}: {scaleUp.Message}"),
            "Ask for less, add a node, or correct selectors, affinities and taints.");
        return issue with { Renewal = scaleUp is null ? null : $"{scaleUp.Uid()} {scaleUp.Count}" };
    }

    // The cluster moves the pod to another node by itself when this one stays away.
    private static PodIssue? NodeLost(V1Pod pod, List<Corev1Event> events) =>
        events.Exists(one => one.Reason == "NodeNotReady")
            ? PodIssue.Create(
                RolloutCauses.NodeLost,
                $"The node {pod.Spec?.NodeName} of pod {pod.Name()} does not answer.",
                "Look at the node; its pods are moved when it stays away.")
            : null;
}
