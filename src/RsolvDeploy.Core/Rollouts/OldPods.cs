using System.Collections.Immutable;
using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts;

/// <summary>The pods of older ReplicaSets that have not ended.</summary>
/// <param name="All">Each of them.</param>
internal sealed record OldPods(ImmutableArray<OldPod> All)
{
    /// <summary>No old pods.</summary>
    public static OldPods None { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => All.Length;

    /// <summary>How many are terminating.</summary>
    public int Terminating => All.Count(pod => pod.Terminating is not null);

    /// <summary>Whether a rollout waits for them; not for those that should have ended long ago.</summary>
    public bool AreAwaited => All.Any(pod => !pod.IsOverdue);

    /// <summary>The longest grace period of those that are terminating; zero when none is.</summary>
    public TimeSpan Grace => All.Where(pod => pod.Terminating is not null).Select(pod => pod.Grace).DefaultIfEmpty().Max();

    /// <summary>What is terminating, and for how long already: "1 old pod terminating, 40 of 90 s"; empty when nothing is.</summary>
    public string Describe() => Terminating == 0 ? ""
        : $"{Terminating} old {(Terminating == 1 ? "pod" : "pods")} terminating, "
            + $"{All.Max(pod => pod.Terminating ?? TimeSpan.Zero).TotalSeconds:0} of {Grace.TotalSeconds:0} s";

    /// <summary>The old pods with the time that each has been terminating.</summary>
    /// <param name="pods">The pods as they are now.</param>
    /// <param name="at">When, counted from the start of the watch.</param>
    /// <param name="since">When they were observed before.</param>
    public OldPods Observe(IEnumerable<V1Pod> pods, TimeSpan at, TimeSpan since)
    {
        var passed = at - since;
        var before = All.ToDictionary(pod => pod.Uid, pod => pod.Terminating);
        return new OldPods([.. pods.Select(pod => new OldPod(
            pod.Uid() ?? "",
            !PodReader.IsTerminating(pod) ? null
                : before.GetValueOrDefault(pod.Uid() ?? "") is { } waited ? waited + passed
                : TimeSpan.Zero,
            TimeSpan.FromSeconds(pod.Metadata?.DeletionGracePeriodSeconds ?? pod.Spec?.TerminationGracePeriodSeconds ?? 30)))]);
    }
}
