namespace RsolvDeploy;

/// <summary>When to roll back.</summary>
public sealed record TriggerSettings
{
    /// <summary>How long a container may crash repeatedly; null when it is not watched.</summary>
    public TimeSpan? CrashLoopLongerThan { get; init; }

    /// <summary>The error rate; null when it is not watched.</summary>
    public ErrorRateTrigger? ErrorRate { get; init; }

    /// <summary>Failures of the health endpoint; null when it is not watched.</summary>
    public FailureTrigger? Health { get; init; }

    /// <summary>Failures of the metrics endpoint; null when it is not watched.</summary>
    public FailureTrigger? Metrics { get; init; }

    /// <summary>The database in the health document; null when it is not watched.</summary>
    public DatabaseTrigger? Database { get; init; }
}
