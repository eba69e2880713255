namespace RsolvDeploy;

/// <summary>The problems that existed before a deployment, so that only new ones count against it.</summary>
public sealed record Baseline
{
    /// <summary>Names of the firing alerts, of those that must be quiet.</summary>
    public IReadOnlyList<string> AlertsFiring { get; init => field = value.ToArray(); } = [];

    /// <summary>Ids of the health checks that failed: measured, and not met.</summary>
    public IReadOnlyList<string> HealthFailing { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// The median response time of each endpoint by its path, such as <c>/health</c>; without endpoints that did not respond.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> ResponseTimes { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>The number of restarts of the deployment's containers; null when it is not known.</summary>
    public int? Restarts { get; init; }

    /// <summary>The error rate by the configured query, from 0 to 1; null when it is not known.</summary>
    public double? ErrorRate { get; init; }

    /// <summary>The counters before test data was sent; null when none was.</summary>
    public CounterBaseline? Counters { get; init; }

    /// <summary>The CPU of the deployed container, in cores, as the mean over the pods; null when it is not known.</summary>
    public double? PodCpu { get; init; }

    /// <summary>In one line.</summary>
    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return AlertsFiring.Count == 0 ? "no alert fires" : $"{string.Join(" ", AlertsFiring)} firing";
        if (HealthFailing.Count > 0) yield return $"{string.Join(" ", HealthFailing)} failing";
        foreach (var (path, time) in ResponseTimes) yield return FormattableString.Invariant($"{path} {time.TotalMilliseconds:0} ms");
        if (Restarts is { } restarts) yield return $"{restarts} restarts";
        if (ErrorRate is { } rate) yield return FormattableString.Invariant($"error rate {rate:0.####}");
        if (PodCpu is { } cpu) yield return FormattableString.Invariant($"{cpu:0.###} cores a pod");
        if (Counters is { } counters) yield return counters.ToString();
    }
}
