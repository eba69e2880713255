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
    /// How many restarts a new container is allowed before a crash loop can fail the rollout, also after it had become ready. Default 0:
    /// the patience of the cause decides alone.
    /// </summary>
    public int Restarts { get; init; }

    /// <summary>
    /// How long a cause has to stay before it fails a rollout, by the cause's name; a cause that is not in it has its own default.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> Patience { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>How long a cause has to stay before it fails a rollout; null when it is only reported.</summary>
    /// <param name="cause">The cause.</param>
    public TimeSpan? PatienceFor(RolloutCause cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return Patience.TryGetValue(cause.Id, out var configured) ? configured : cause.Patience;
    }

    /// <summary>A regular expression that the new pods' logs have to show; null for none.</summary>
    public string? StartMarker { get; init; }

    /// <summary>Regular expressions that the new pods' logs must not show.</summary>
    public IReadOnlyList<string> LogErrors { get; init => field = value.ToArray(); } = [];
}
