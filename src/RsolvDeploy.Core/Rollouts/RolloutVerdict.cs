using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts;

/// <summary>What the objects seen so far say about a rollout.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Cause">Why it failed; while it is under way, what keeps it, which a time limit then names. Null when nothing does.</param>
internal sealed record RolloutVerdict(RolloutPhase Phase, Diagnosis? Cause)
{
    /// <summary>How many pods are wanted.</summary>
    public int Desired { get; init; }

    /// <summary>How many pods of the new revision are ready.</summary>
    public int Ready { get; init; }

    /// <summary>
    /// Whether all pods that are wanted run the image and are ready. That is when kubectl calls a rollout successful; it is complete when
    /// the old pods have gone too.
    /// </summary>
    public bool RolledOut { get; init; }

    /// <summary>The old pods that are still there.</summary>
    public OldPods OldPods { get; init; } = OldPods.None;

    /// <summary>How many old pods are still there.</summary>
    public int Old { get; init; }

    /// <summary>What the next evaluation has to know.</summary>
    public RolloutMemory Memory { get; init; } = RolloutMemory.Empty;

    /// <summary>The revision being rolled out; null until the controller has named it.</summary>
    public long? Revision { get; init; }

    /// <summary>The pods of the new revision.</summary>
    public IReadOnlyList<PodState> Pods { get; init; } = [];

    /// <summary>What is special about the workload, such as pods that its update strategy keeps; empty when nothing is.</summary>
    public string Note { get; init; } = "";

    /// <summary>What the containers of the pods run; empty before the rollout is complete.</summary>
    public IReadOnlyList<RunningImage> Running { get; init; } = [];

    /// <summary>In one line, for the timeline.</summary>
    public string Summary => $"{Ready} of {Desired} ready, {Old} old{(Cause is null ? "" : $" - {Cause}")}"
        + (Note.Length == 0 ? "" : $" ({Note})");

    /// <summary>In one line, for progress: with the time that old pods have been terminating.</summary>
    public string Live => OldPods.Terminating == 0 ? Summary : $"{Summary}; {OldPods.Describe()}";
}
