using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts;

/// <summary>
/// The time after everything became ready: a new pod that ends in it fails the rollout, one that is moved or scaled away does not.
/// </summary>
/// <param name="Since">When it started, counted from the start of the watch.</param>
/// <param name="Restarts">How often each container, by pod and name, had been restarted by then.</param>
internal sealed record StabilizationWindow(TimeSpan Since, IReadOnlyDictionary<(string Pod, string Container), int> Restarts)
{
    // The reasons of a pod that the cluster took away for its own sake.
    private static readonly string[] Displaced =
    [
        "Evicted", "Preempting", "Preempted", "NodeLost", "NodeShutdown", "Terminated", "NodeAffinity", "UnexpectedAdmissionError",
        "OutOfcpu", "OutOfmemory", "OutOfpods",
    ];

    /// <summary>Starts it with the pods as they are now.</summary>
    public static StabilizationWindow Start(RolloutState state, TimeSpan elapsed) => new(
        elapsed,
        state.NewPods().SelectMany(pod => PodReader.Statuses(pod).Select(status => (Key: Key(pod, status), Count: status.RestartCount)))
            .DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Count));

    /// <summary>The first container that ended since it started; null when none did.</summary>
    public Diagnosis? FindTermination(RolloutState state) =>
        state.NewPods().Where(pod => !IsDisplaced(pod)).SelectMany(Terminations).FirstOrDefault();

    private IEnumerable<Diagnosis> Terminations(V1Pod pod)
    {
        foreach (var status in PodReader.Statuses(pod))
        {
            if (!Restarts.TryGetValue(Key(pod, status), out var before)) continue;
            if (status.RestartCount <= before && status.State?.Terminated is null) continue;
            var ended = PodReader.Terminated(status);
            var reason = ended?.Reason is { } named and not "Error" ? $" ({named})" : "";
            yield return new Diagnosis(
                Cause(ended),
                $"Container {status.Name} of pod {pod.Name()} ended with exit code {ended?.ExitCode}{reason} "
                    + "shortly after it had become ready.")
            {
                Pod = pod.Name(),
                Container = status.Name,
                ExitCode = ended?.ExitCode,
                Remedy = "Read the last log lines; correct the image or its settings.",
            };
        }
    }

    // A container without a readiness probe is ready for a moment before it crashes: that is a crash loop as well.
    private static string Cause(V1ContainerStateTerminated? ended) =>
        ended?.Reason == "OOMKilled" ? "OutOfMemory" : ended?.ExitCode is null or 0 ? "Unstable" : "CrashLoop";

    private static bool IsDisplaced(V1Pod pod) => PodReader.IsTerminating(pod)
        || Displaced.Contains(pod.Status?.Reason)
        || PodReader.Condition(pod, "DisruptionTarget")?.Status == "True";

    private static (string Pod, string Container) Key(V1Pod pod, V1ContainerStatus status) => (pod.Uid() ?? "", status.Name ?? "");
}
