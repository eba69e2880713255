using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts;

/// <summary>
/// The time after all wanted pods became ready. A container that is restarted in it begins a new one: whether its restarts fail the rollout
/// is up to the table of causes.
/// </summary>
/// <param name="Since">When it started, counted from the start of the watch.</param>
/// <param name="Restarts">How often each container of the new pods, by pod and name, had been restarted by then.</param>
internal sealed record StabilizationWindow(TimeSpan Since, IReadOnlyDictionary<(string Pod, string Container), int> Restarts)
{
    /// <summary>Starts it with the pods as they are now.</summary>
    public static StabilizationWindow Start(RolloutState state, TimeSpan at) => new(
        at, Statuses(state).DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Restarts));

    /// <summary>This window, or a new one when a container was restarted since it started.</summary>
    public StabilizationWindow Continue(RolloutState state, TimeSpan at) =>
        Statuses(state).Any(one => Restarts.TryGetValue(one.Key, out var before) && one.Restarts > before) ? Start(state, at) : this;

    private static IEnumerable<((string Pod, string Container) Key, int Restarts)> Statuses(RolloutState state) =>
        state.NewPods().SelectMany(pod => PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod)).Select(status =>
            ((pod.Uid() ?? "", status.Name ?? ""), status.RestartCount)));
}
