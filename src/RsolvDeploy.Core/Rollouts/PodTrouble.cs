using System.Text.Json.Nodes;

using RsolvDeploy.Cluster.Transport;

namespace RsolvDeploy.Rollouts;

/// <summary>Finds out of pods and their events what keeps them from becoming ready.</summary>
internal static class PodTrouble
{
    private const int EventsShown = 5;

    // What a registry says when an image is not there or not for us; anything else (a registry that is down) may pass.
    private static readonly string[] Refusals = ["not found", "notfound", "manifest unknown", "name unknown", "unauthorized", "denied", "forbidden", "invalid reference"];

    /// <summary>The worst trouble of any pod; null when there is none.</summary>
    public static Trouble? Worst(IReadOnlyList<JsonObject> pods, IEnumerable<JsonObject> events, DateTimeOffset now)
    {
        var told = events.ToLookup(one => one.At("involvedObject", "uid").Text() ?? "");
        return pods
            .Select(pod => Of(pod, [.. told[pod.At("metadata", "uid").Text() ?? "-"]], now))
            .OfType<Trouble>()
            .OrderByDescending(trouble => trouble.Fatal)
            .ThenBy(trouble => trouble.Diagnosis.Pod, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static Trouble? Of(JsonObject pod, List<JsonObject> events, DateTimeOffset now)
    {
        var trouble = PodReading.Statuses(pod, "initContainerStatuses").Select(status => OfContainer(status, isInit: true))
            .Concat(PodReading.Statuses(pod, "containerStatuses").Select(status => OfContainer(status, isInit: false)))
            .FirstOrDefault(found => found is not null)
            ?? Unschedulable(pod, now)
            ?? Unready(pod, events);
        return trouble is null ? null : trouble with
        {
            Diagnosis = trouble.Diagnosis with { Pod = PodReading.Name(pod), Events = Lines(events) },
        };
    }

    private static Trouble? OfContainer(JsonObject status, bool isInit)
    {
        var name = status["name"].Text() ?? "";
        var waiting = status.At("state", "waiting");
        var reason = waiting.At("reason").Text();
        var message = waiting.At("message").Text() ?? "";
        var ended = status.At("lastState", "terminated") ?? status.At("state", "terminated");
        var exit = ended.At("exitCode").Number();
        var restarts = status["restartCount"].Number() ?? 0;
        if (restarts > 0 && ended.At("reason").Text() == "OOMKilled")
        {
            return Fatal("OutOfMemory", $"Container {name} was killed because it used more memory than its limit ({restarts} restarts).", name, exit, "Raise the memory limit, or find out what uses it.");
        }

        return reason switch
        {
            "CrashLoopBackOff" when isInit =>
                Fatal("InitFailure", $"Init container {name} ends with exit code {exit} again and again.", name, exit, "Read the last log lines; correct the image or its settings."),
            "CrashLoopBackOff" =>
                Fatal("CrashLoop", $"Container {name} ends with exit code {exit} again and again ({restarts} restarts).", name, exit, "Read the last log lines; correct the image or its settings."),
            "InvalidImageName" or "ErrImageNeverPull" => Fatal("ImageNotFound", $"Container {name} cannot get its image: {message}", name, null, "Correct the image reference."),
            "ErrImagePull" or "ImagePullBackOff" => new Trouble(
                new Diagnosis("ImageNotFound", $"Container {name} cannot get its image: {message}") { Container = name, Remedy = "Check that the registry has the image and that the cluster may pull it." },
                Fatal: Refusals.Any(refusal => message.Contains(refusal, StringComparison.OrdinalIgnoreCase))),
            "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" =>
                Fatal("ConfigError", $"Container {name} cannot be made: {message}", name, null, "Correct the Secret, ConfigMap or command that it names."),
            _ => null,
        };
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

    private static Trouble? Unready(JsonObject pod, List<JsonObject> events)
    {
        if (PodReading.IsReady(pod)) return null;
        var probe = events.Where(one => one["reason"].Text() == "Unhealthy").OrderBy(When).LastOrDefault();
        var running = PodReading.Statuses(pod, "containerStatuses").FirstOrDefault(status => status.At("state", "running") is not null && status["ready"]?.GetValue<bool>() != true);
        if (probe is null || running is null) return null;
        // It may only be slow to start: named, and left to the time limits.
        return new Trouble(
            new Diagnosis("ProbeFailing", probe["message"].Text() ?? "A probe fails.") { Container = running["name"].Text(), Remedy = "Look at what the probe asks and at the container's log." },
            Fatal: false);
    }

    private static Trouble Fatal(string cause, string message, string container, int? exitCode, string remedy) =>
        new(new Diagnosis(cause, message) { Container = container, ExitCode = exitCode, Remedy = remedy }, Fatal: true);

    /// <summary>The last warnings of a pod, oldest first.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<JsonObject> events) =>
        [.. events.Where(one => one["type"].Text() == "Warning").OrderBy(When).TakeLast(EventsShown).Select(one => $"{one["reason"].Text()}: {one["message"].Text()}")];

    /// <summary>When an event last happened, as text that sorts.</summary>
    public static string When(JsonObject one) => one["lastTimestamp"].Text() ?? one["eventTime"].Text() ?? one.At("metadata", "creationTimestamp").Text() ?? "";
}
