using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>What the next evaluation of a rollout has to know of the ones before.</summary>
/// <param name="Issues">Since when each issue has stayed.</param>
/// <param name="Old">The old pods, and how long each has been terminating.</param>
/// <param name="At">When it was evaluated last, counted from the start of the watch.</param>
internal sealed record RolloutMemory(IssueHistory Issues, OldPods Old, TimeSpan At)
{
    /// <summary>The id of the ReplicaSet that was rolled out, and with how many pods; null until one was.</summary>
    public (string Set, int Replicas)? RolledOut { get; init; }

    /// <summary>Before the first evaluation.</summary>
    public static RolloutMemory Empty { get; } = new(IssueHistory.Empty, OldPods.None, TimeSpan.Zero);
}
