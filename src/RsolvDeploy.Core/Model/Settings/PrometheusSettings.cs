namespace RsolvDeploy;

/// <summary>Where Prometheus is and what it has to show. Exactly one of <see cref="Url"/> and <see cref="Service"/> is set.</summary>
public sealed record PrometheusSettings
{
    /// <summary>Its address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its service in the cluster.</summary>
    public ServiceAddress? Service { get; init; }

    /// <summary>How it is asked.</summary>
    public ServiceAccessSettings Access { get; init; } = new();

    /// <summary>The scrape job of the platform.</summary>
    public required string Job { get; init; }

    /// <summary>How old the last scrape may be. Default 15 seconds.</summary>
    public TimeSpan MaxScrapeAge { get; init; } = TimeSpan.FromSeconds(15);
}
