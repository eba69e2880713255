namespace RsolvDeploy.Updates;

/// <summary>The options of watching a rollout that is under way.</summary>
internal sealed record RolloutWatchOptions
{
    /// <summary>How long to watch; null for the configured time of a rollout.</summary>
    public TimeSpan? Timeout { get; init; }
}
