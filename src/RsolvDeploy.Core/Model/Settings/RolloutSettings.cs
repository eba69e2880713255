namespace RsolvDeploy;

/// <summary>How a rollout is judged.</summary>
public sealed record RolloutSettings
{
    /// <summary>How long a rollout may take. Default 5 minutes, the checklist's.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long all pods have to stay ready before it counts. Default 10 seconds.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The order in which several workloads are updated.</summary>
    public RolloutOrder Order { get; init; }

    /// <summary>
    /// How many restarts a new container is allowed before a crash loop fails the rollout. Default 0: the first back-off does.
    /// </summary>
    public int Restarts { get; init; }

    /// <summary>A regular expression that the new pods' logs have to show; null for none.</summary>
    public string? StartMarker { get; init; }

    /// <summary>Regular expressions that the new pods' logs must not show.</summary>
    public IReadOnlyList<string> LogErrors { get; init => field = value.ToArray(); } = [];
}
