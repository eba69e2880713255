using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out of pods and their events what keeps them from becoming ready.</summary>
internal static class PodDiagnostics
{
    private const int EventsShown = 5;

    /// <summary>The worst trouble of any pod; null when there is none.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="events">What is told of them, and of others.</param>
    /// <param name="now">The instant of the judgement.</param>
    /// <param name="restarts">How many restarts a container is allowed before a crash is fatal.</param>
    public static PodIssue? Worst(IReadOnlyList<JsonObject> pods, IEnumerable<JsonObject> events, DateTimeOffset now, int restarts = 0)
    {
        var told = events.ToLookup(one => one.At("involvedObject", "uid").Text() ?? "");
        return pods
            .Select(pod => From(pod, [.. told[pod.At("metadata", "uid").Text() ?? "-"]], now, restarts))
            .OfType<PodIssue>()
            .OrderByDescending(trouble => trouble.IsFatal)
            .ThenBy(trouble => trouble.Diagnosis.Pod, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static PodIssue? From(JsonObject pod, List<JsonObject> events, DateTimeOffset now, int restarts)
    {
        var trouble = PodReader.Statuses(pod, "initContainerStatuses").Select(status => ContainerDiagnostics.From(status, isInit: true, restarts))
            .Concat(PodReader.Statuses(pod, "containerStatuses").Select(status => ContainerDiagnostics.From(status, isInit: false, restarts)))
            .OfType<PodIssue>()
            .OrderByDescending(found => found.IsFatal)
            .FirstOrDefault()
            ?? Unschedulable(pod, now)
            ?? NodeLost(pod, events)
            ?? ProbeDiagnostics.From(pod, events);
        if (trouble is null) return null;
        var diagnosis = trouble.Diagnosis with { Pod = PodReader.Name(pod), Events = Lines(events) };
        if (diagnosis.Cause == "CrashLoop" && ProbeDiagnostics.Killing(pod, events) is { } probe) diagnosis = diagnosis with { Message = $"{diagnosis.Message} {probe}" };
        return trouble with { Diagnosis = diagnosis };
    }

    private static PodIssue? Unschedulable(JsonObject pod, DateTimeOffset now)
    {
        var scheduled = PodReader.Condition(pod, "PodScheduled");
        if (scheduled.At("status").Text() != "False" || scheduled.At("reason").Text() != "Unschedulable") return null;
        // A node may be on its way, so it is named at once and given up after a while.
        return new PodIssue(
            new Diagnosis("Unschedulable", scheduled.At("message").Text() ?? "No node fits.") { Remedy = "Ask for less, add a node, or correct selectors, affinities and taints." },
            IsFatal: now - RolloutState.Time(scheduled.At("lastTransitionTime")) >= RolloutState.GracePeriod);
    }

    // The cluster moves the pod to another node by itself when this one stays away.
    private static PodIssue? NodeLost(JsonObject pod, List<JsonObject> events)
    {
        if (PodReader.IsReady(pod) || !events.Exists(one => one["reason"].Text() == "NodeNotReady")) return null;
        return new PodIssue(
            new Diagnosis("NodeLost", $"The node {pod.At("spec", "nodeName").Text()} of pod {PodReader.Name(pod)} does not answer.") { Remedy = "Look at the node; its pods are moved when it stays away." },
            IsFatal: false);
    }

    /// <summary>The last warnings of a pod, oldest first; where nothing warns, as at a first crash, its last events of any type.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<JsonObject> events)
    {
        var warnings = events.Where(one => one["type"].Text() == "Warning").ToList();
        return [.. (warnings.Count > 0 ? warnings : events).OrderBy(When).TakeLast(EventsShown).Select(one => $"{one["reason"].Text()}: {one["message"].Text()}")];
    }

    /// <summary>When an event last happened, as text that sorts.</summary>
    public static string When(JsonObject one) => one["lastTimestamp"].Text() ?? one["eventTime"].Text() ?? one.At("metadata", "creationTimestamp").Text() ?? "";
}
