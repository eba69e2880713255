using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts;

/// <summary>The time after everything was ready: a new pod that dies in it fails the rollout, one that is moved or scaled away does not.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Restarts">How often each container, by pod and name, had been restarted by then.</param>
internal sealed record StabilizationWindow(DateTimeOffset Since, IReadOnlyDictionary<(string Pod, string Container), int> Restarts)
{
    // What takes a pod away for the cluster's sake, not for its own.
    private static readonly string[] Displaced = ["Evicted", "Preempting", "Preempted", "NodeLost", "NodeShutdown", "Terminated", "NodeAffinity", "UnexpectedAdmissionError", "OutOfcpu", "OutOfmemory", "OutOfpods"];

    /// <summary>Begins it with what is seen now.</summary>
    public static StabilizationWindow Begin(RolloutState state, DateTimeOffset now) => new(
        now,
        state.NewPods().SelectMany(pod => Containers(pod).Select(status => (Key: (Uid(pod), status["name"].Text() ?? ""), Count: status["restartCount"].Number() ?? 0)))
            .DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Count));

    /// <summary>What died since it began; null when nothing did.</summary>
    public Diagnosis? Died(RolloutState state) => state.NewPods().Where(pod => !IsDisplaced(pod)).SelectMany(Deaths).FirstOrDefault();

    private IEnumerable<Diagnosis> Deaths(JsonObject pod)
    {
        foreach (var status in Containers(pod))
        {
            var name = status["name"].Text() ?? "";
            if (!Restarts.TryGetValue((Uid(pod), name), out var before)) continue;
            var ended = status.At("state", "terminated") ?? status.At("lastState", "terminated");
            if ((status["restartCount"].Number() ?? 0) <= before && status.At("state", "terminated") is null) continue;
            var exit = ended.At("exitCode").Number();
            yield return new Diagnosis(Cause(ended), $"Container {name} of pod {PodReader.Name(pod)} ended with exit code {exit}{Reason(ended)} shortly after it had become ready.")
            {
                Pod = PodReader.Name(pod),
                Container = name,
                ExitCode = exit,
                Remedy = "Read the last log lines; correct the image or its settings.",
            };
        }
    }

    // A crash is a crash, whether the container had been ready or not: one that has no readiness probe always is for a moment.
    private static string Cause(JsonNode? ended) =>
        ended.At("reason").Text() == "OOMKilled" ? "OutOfMemory" : ended.At("exitCode").Number() is null or 0 ? "Unstable" : "CrashLoop";

    private static string Reason(JsonNode? ended) => ended.At("reason").Text() is { } reason and not "Error" ? $" ({reason})" : "";

    private static bool IsDisplaced(JsonObject pod) => pod.At("metadata", "deletionTimestamp") is not null
        || (pod.At("status", "reason").Text() is { } reason && Displaced.Contains(reason))
        || PodReader.Condition(pod, "DisruptionTarget").At("status").Text() == "True";

    private static IEnumerable<JsonObject> Containers(JsonObject pod) => PodReader.Statuses(pod, "containerStatuses");

    private static string Uid(JsonObject pod) => pod.At("metadata", "uid").Text() ?? "";
}
