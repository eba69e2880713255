namespace RsolvDeploy;

/// <summary>The last observed state of a pod.</summary>
/// <param name="Name">The pod's name.</param>
/// <param name="Phase">Its phase (<c>Pending</c>, <c>Running</c>, …) or the more exact reason, as kubectl's STATUS column shows it
/// (<c>CrashLoopBackOff</c>).</param>
/// <param name="Ready">Whether its Ready condition is true.</param>
/// <param name="Restarts">The number of restarts of its containers.</param>
/// <param name="Node">The node it is on; null while unscheduled.</param>
/// <param name="ImageId">The digest reference its main container runs, as the kubelet reports it; null before the start.</param>
public sealed record PodState(string Name, string Phase, bool Ready, int Restarts, string? Node, string? ImageId)
{
    /// <summary>What keeps it from being ready; null when it is ready, or when neither its status nor an event shows a cause.</summary>
    public string? Reason { get; init; }

    /// <summary>The revision of the workload that it belongs to; null when it was not read.</summary>
    public long? Revision { get; init; }

    /// <summary>When it was created, UTC; null when the API server did not report it.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>In one line, as kubectl lists it.</summary>
    public override string ToString() =>
        $"{Name} {Phase}{(Ready ? " ready" : "")}, {Restarts} {(Restarts == 1 ? "restart" : "restarts")}"
            + (Reason is null ? "" : $", {Reason}");
}
