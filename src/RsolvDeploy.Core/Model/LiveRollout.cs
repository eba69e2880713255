namespace RsolvDeploy;

/// <summary>A rollout that is under way, whoever began it.</summary>
/// <param name="Revision">The revision that is rolled out; null until the controller has numbered it, and for several
/// workloads.</param>
/// <param name="Updated">How many pods have the new pod template.</param>
/// <param name="Ready">How many of these are ready.</param>
/// <param name="Old">How many pods of earlier revisions remain, terminating ones included.</param>
public sealed record LiveRollout(long? Revision, int Updated, int Ready, int Old)
{
    /// <summary>What keeps it from completing; null when nothing is known to.</summary>
    public Diagnosis? Cause { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"{(Revision is null ? "" : $"revision {Revision}: ")}{Ready} of {Updated} new pods ready, {Old} old"
            + (Cause is null ? "" : $", {Cause}");
}
