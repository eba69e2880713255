namespace RsolvDeploy.Monitoring;

/// <summary>A group of rules as Prometheus has loaded it, with everything that its file needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">The rules file.</param>
/// <param name="Interval">How often it is evaluated.</param>
/// <param name="Rules">Its rules, in their order.</param>
internal sealed record PrometheusRuleGroup(string Name, string File, TimeSpan Interval, IReadOnlyList<PrometheusRule> Rules)
{
    /// <summary>The most alerts or series of a rule; 0 for no limit.</summary>
    public int Limit { get; init; }
}

/// <summary>A rule as Prometheus has loaded it.</summary>
/// <param name="Name">The alert, or the recorded metric.</param>
/// <param name="Query">Its expression.</param>
/// <param name="IsAlert">Whether it is an alerting rule.</param>
internal sealed record PrometheusRule(string Name, string Query, bool IsAlert)
{
    /// <summary>How long the condition has to hold.</summary>
    public TimeSpan For { get; init; }

    /// <summary>How long it fires on behind its condition.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>The labels that it sets.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The annotations of its alerts.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}
