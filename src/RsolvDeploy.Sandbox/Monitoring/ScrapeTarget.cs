namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>A scrape target and the result of its last scrape.</summary>
internal sealed record ScrapeTarget(string Job, Uri Url, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary><c>unknown</c>, <c>up</c> or <c>down</c>.</summary>
    public string Health { get; init; } = "unknown";

    public string LastError { get; init; } = "";

    public DateTimeOffset? LastScrape { get; init; }

    public TimeSpan LastDuration { get; init; }
}
