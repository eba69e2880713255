using System.Text.Json.Nodes;

using RsolvDeploy.Cluster.Transport;

namespace RsolvDeploy.Rollouts;

/// <summary>Finds out of pods and their events what keeps them from becoming ready.</summary>
internal static class PodTrouble
{
    private const int EventsShown = 5;

    /// <summary>The worst trouble of any pod; null when there is none.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="events">What is told of them, and of others.</param>
    /// <param name="now">The instant of the judgement.</param>
    /// <param name="restarts">How many restarts a container is allowed before a crash is fatal.</param>
    public static Trouble? Worst(IReadOnlyList<JsonObject> pods, IEnumerable<JsonObject> events, DateTimeOffset now, int restarts = 0)
    {
        var told = events.ToLookup(one => one.At("involvedObject", "uid").Text() ?? "");
        return pods
            .Select(pod => Of(pod, [.. told[pod.At("metadata", "uid").Text() ?? "-"]], now, restarts))
            .OfType<Trouble>()
            .OrderByDescending(trouble => trouble.Fatal)
            .ThenBy(trouble => trouble.Diagnosis.Pod, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static Trouble? Of(JsonObject pod, List<JsonObject> events, DateTimeOffset now, int restarts)
    {
        var trouble = PodReading.Statuses(pod, "initContainerStatuses").Select(status => ContainerTrouble.Of(status, isInit: true, restarts))
            .Concat(PodReading.Statuses(pod, "containerStatuses").Select(status => ContainerTrouble.Of(status, isInit: false, restarts)))
            .OfType<Trouble>()
            .OrderByDescending(found => found.Fatal)
            .FirstOrDefault()
            ?? Unschedulable(pod, now)
            ?? NodeLost(pod, events)
            ?? ProbeTrouble.Of(pod, events);
        if (trouble is null) return null;
        var diagnosis = trouble.Diagnosis with { Pod = PodReading.Name(pod), Events = Lines(events) };
        if (diagnosis.Cause == "CrashLoop" && ProbeTrouble.Killing(pod, events) is { } probe) diagnosis = diagnosis with { Message = $"{diagnosis.Message} {probe}" };
        return trouble with { Diagnosis = diagnosis };
    }

    private static Trouble? Unschedulable(JsonObject pod, DateTimeOffset now)
    {
        var scheduled = PodReading.Condition(pod, "PodScheduled");
        if (scheduled.At("status").Text() != "False" || scheduled.At("reason").Text() != "Unschedulable") return null;
        // A node may be on its way, so it is named at once and given up after a while.
        return new Trouble(
            new Diagnosis("Unschedulable", scheduled.At("message").Text() ?? "No node fits.") { Remedy = "Ask for less, add a node, or correct selectors, affinities and taints." },
            Fatal: now - RolloutState.Time(scheduled.At("lastTransitionTime")) >= RolloutState.Patience);
    }

    // The cluster moves the pod to another node by itself when this one stays away.
    private static Trouble? NodeLost(JsonObject pod, List<JsonObject> events)
    {
        if (PodReading.IsReady(pod) || !events.Exists(one => one["reason"].Text() == "NodeNotReady")) return null;
        return new Trouble(
            new Diagnosis("NodeLost", $"The node {pod.At("spec", "nodeName").Text()} of pod {PodReading.Name(pod)} does not answer.") { Remedy = "Look at the node; its pods are moved when it stays away." },
            Fatal: false);
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
