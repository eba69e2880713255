using System.Globalization;

namespace RsolvDeploy.Monitoring;

/// <summary>A target that Prometheus scrapes.</summary>
/// <param name="Job">Its label <c>job</c>.</param>
/// <param name="ScrapePool">The job's name in the configuration; relabelling may have changed the label.</param>
/// <param name="ScrapeUrl">What is scraped.</param>
/// <param name="Labels">The labels that its series get.</param>
/// <param name="Health"><c>up</c>, <c>down</c> or <c>unknown</c>.</param>
/// <param name="LastError">Why the last scrape failed; empty when it did not.</param>
/// <param name="LastScrape">When it was last scraped; null when it never was.</param>
/// <param name="Interval">How often it is scraped.</param>
/// <param name="Timeout">How long a scrape may take.</param>
internal sealed record PrometheusTarget(
    string Job, string ScrapePool, string ScrapeUrl, IReadOnlyDictionary<string, string> Labels,
    string Health, string LastError, DateTimeOffset? LastScrape, TimeSpan Interval, TimeSpan Timeout)
{
    public bool IsUp => Health == "up";

    /// <summary>Whether the server does not show the interval, so that its default is assumed.</summary>
    public bool IntervalIsAssumed { get; init; }

    /// <summary>The interval as it stands in the evidence.</summary>
    public string Every =>
        string.Create(CultureInfo.InvariantCulture, $"every {Interval.TotalSeconds:0.#} s{(IntervalIsAssumed ? " (assumed)" : "")}");
}

/// <summary>All active targets at one time.</summary>
/// <param name="Targets">The targets.</param>
/// <param name="At">The time by Prometheus' own clock, so that a skew between the clocks does not make a scrape old.</param>
internal sealed record PrometheusTargets(IReadOnlyList<PrometheusTarget> Targets, DateTimeOffset At);
