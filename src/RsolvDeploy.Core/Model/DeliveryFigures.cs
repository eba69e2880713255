namespace RsolvDeploy;

/// <summary>The four figures of DORA for a target: the result of <c>Measure-RsolvDeployment</c>.</summary>
/// <param name="Target">The environment.</param>
/// <param name="From">The start of the window, UTC.</param>
/// <param name="To">The end of the window, UTC.</param>
public sealed record DeliveryFigures(TargetIdentity Target, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>How many deployments ended in the window, failed ones too. A rollback is no deployment.</summary>
    public int Deployments { get; init; }

    /// <summary>How many of them failed: their rollout did not succeed, or the release was rolled back.</summary>
    public int Failed { get; init; }

    /// <summary>Deployment frequency: successful rollouts per day.</summary>
    public double PerDay { get; init; }

    /// <summary>
    /// Lead time for changes: the median from the commit that an image was built from until it was deployed; null when no commit is known.
    /// </summary>
    public TimeSpan? LeadTime { get; init; }

    /// <summary>How many deployments the lead time is made from.</summary>
    public int LeadTimes { get; init; }

    /// <summary>Change failure rate: the failed deployments as a ratio of all; null without deployments.</summary>
    public double? ChangeFailureRate { get; init; }

    /// <summary>
    /// Time to restore: the median from a failed deployment until a release ran again that stayed; null when none was restored.
    /// </summary>
    public TimeSpan? RestoreTime { get; init; }

    /// <summary>How many failed deployments were restored.</summary>
    public int Restored { get; init; }

    /// <summary>Whether the history does not reach back to the start of the window that was specified, so that it begins later.</summary>
    public bool IsCut { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Target.Name}: {Deployments} deployments, {PerDay:0.##} a day, {Failed} failed");
}
