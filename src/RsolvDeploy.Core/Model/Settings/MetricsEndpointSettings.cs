namespace RsolvDeploy;

/// <summary>The metrics endpoint.</summary>
public sealed record MetricsEndpointSettings
{
    /// <summary>Path of the endpoint. Default <c>/metrics</c>.</summary>
    public string Path { get; init; } = "/metrics";

    /// <summary>How it is asked.</summary>
    public ServiceAccessSettings Access { get; init; } = new();

    /// <summary>The longest response time allowed. Default 1 second.</summary>
    public TimeSpan Under { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The <c>fallback_scrape_protocol</c> of the scrape job, such as <c>PrometheusText0.0.4</c>; null when it has none. Prometheus 3
    /// needs it where the endpoint sends no content type, or a wrong one.
    /// </summary>
    public string? FallbackScrapeProtocol { get; init; }
}
