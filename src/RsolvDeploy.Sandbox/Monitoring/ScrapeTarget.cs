namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>What is scraped, and how the last scrape went.</summary>
internal sealed record ScrapeTarget(string Job, Uri Url, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary><c>unknown</c>, <c>up</c> or <c>down</c>.</summary>
    public string Health { get; init; } = "unknown";

    public string LastError { get; init; } = "";

    public DateTimeOffset? LastScrape { get; init; }

    public TimeSpan LastDuration { get; init; }
}
