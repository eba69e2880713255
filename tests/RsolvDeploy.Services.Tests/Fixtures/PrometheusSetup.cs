namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>How a Prometheus of a test is set up.</summary>
/// <param name="Scrapes">The static configurations of the scrape job, as YAML in one line.</param>
/// <param name="Rules">The rule file.</param>
internal sealed record PrometheusSetup(string Scrapes, string Rules)
{
    /// <summary>Where alerts are sent to; null for nowhere.</summary>
    public Uri? Alertmanager { get; init; }

    /// <summary>What it has scraped before, as OpenMetrics text; null for nothing.</summary>
    public string? Past { get; init; }

    /// <summary>The certificate and the key that it serves HTTPS with, as PEM; null for HTTP.</summary>
    public (string Certificate, string Key)? Tls { get; init; }
}
