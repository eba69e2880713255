using System.Globalization;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Monitoring;

/// <summary>The targets of the platform's environment, and whether Prometheus scraped all of them since the watch began.</summary>
/// <param name="All">All active targets.</param>
/// <param name="Targets">Those of the job and the environment.</param>
/// <param name="At">When they were read, by Prometheus' clock.</param>
/// <param name="IsFresh">Whether each was scraped anew.</param>
internal sealed record ScrapeState(
    IReadOnlyList<PrometheusTarget> All, IReadOnlyList<PrometheusTarget> Targets, DateTimeOffset At, bool IsFresh)
{
    /// <summary>Targets of the job that are pods of another release; they do not count.</summary>
    public IReadOnlyList<PrometheusTarget> OfOtherPods { get; init; } = [];

    /// <summary>Pods of the release that no target scrapes, where targets are known to be pods.</summary>
    public IReadOnlyList<string> WithoutTarget { get; init; } = [];

    /// <summary>The instances of the targets, when each is known to be a pod of the release; null when they are not known.</summary>
    public IReadOnlyList<string>? Instances { get; init; }
}

/// <summary>Waits for the first scrape after the deployment by watching when the targets were last scraped.</summary>
internal sealed class ScrapeWatcher(
    PrometheusClient prometheus, Target target, PrometheusSettings settings, IReporter reporter, TimeProvider time)
{
    private const string EnvironmentLabel = "environment";

    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>The pods of the release; null when they are not known, so that every target of the job counts.</summary>
    public ReleasePods? Pods { get; init; }

    public async Task<ScrapeState> WaitAsync(CancellationToken ct)
    {
        Dictionary<string, DateTimeOffset?>? before = null;
        var poll = new BoundedPoll<ScrapeState>(
            async () =>
            {
                ScrapeState state = Select(await prometheus.GetTargetsAsync(settings.Job, ct));
                before ??= state.Targets
                    .GroupBy(scraped => scraped.ScrapeUrl)
                    .ToDictionary(same => same.Key, same => same.Max(scraped => scraped.LastScrape));
                Report(state);
                return state;
            },
            state => state.Targets.Count > 0
                && state.WithoutTarget.Count == 0
                && state.Targets.All(scraped => IsScrapedSince(before!, scraped)))
        {
            Limit = Allowed,
            Delay = Delay,
        };
        (ScrapeState last, bool done) = await poll.RunAsync(time, ct);
        return last with { IsFresh = done };
    }

    private ScrapeState Select(PrometheusTargets read)
    {
        var ofJob = read.Targets.Where(scraped => scraped.Job == settings.Job || scraped.ScrapePool == settings.Job).ToList();
        // The label may come from the platform itself instead of the scrape configuration; then no target carries it.
        List<PrometheusTarget> ofEnvironment = ofJob.Exists(scraped => scraped.Labels.ContainsKey(EnvironmentLabel))
            ? ofJob.FindAll(scraped => scraped.Labels.GetValueOrDefault(EnvironmentLabel) == target.Environment)
            : ofJob;
        var all = new ScrapeState(read.Targets, ofEnvironment, read.At, false);
        return Pods is null ? all : OfRelease(all, Pods);
    }

    /// <summary>Leaves out targets of other pods. A target that names no pod, as one behind a service, stays.</summary>
    private static ScrapeState OfRelease(ScrapeState all, ReleasePods pods)
    {
        var targets = new List<PrometheusTarget>();
        var others = new List<PrometheusTarget>();
        var found = new HashSet<string>();
        foreach (PrometheusTarget scraped in all.Targets)
        {
            if (pods.PodOf(scraped, out bool isOther) is { } pod) found.Add(pod);
            (isOther ? others : targets).Add(scraped);
        }

        bool arePods = found.Count > 0 || others.Count > 0;
        string[] instances = [.. targets.Select(scraped => scraped.Labels.GetValueOrDefault("instance", ""))];
        return all with
        {
            Targets = targets,
            OfOtherPods = others,
            WithoutTarget = arePods ? [.. pods.Addresses.Keys.Where(name => !found.Contains(name)).Order(StringComparer.Ordinal)] : [],
            Instances = found.Count > 0 && found.Count == targets.Count && !instances.Contains("") ? instances : null,
        };
    }

    private static bool IsScrapedSince(Dictionary<string, DateTimeOffset?> before, PrometheusTarget scraped) =>
        scraped.LastScrape is { } last && !(before.TryGetValue(scraped.ScrapeUrl, out DateTimeOffset? first) && first >= last);

    /// <summary>
    /// Two intervals and a scrape, but as long as a scrape may be old: a target that was found just now waits for its first one.
    /// </summary>
    private TimeSpan Allowed(ScrapeState state)
    {
        if (state.Targets.Count == 0) return 2 * settings.MaxScrapeAge;
        TimeSpan allowed = state.Targets.Max(scraped => (2 * scraped.Interval) + scraped.Timeout);
        if (allowed < settings.MaxScrapeAge) return settings.MaxScrapeAge;
        return allowed < LongestWait ? allowed : LongestWait;
    }

    /// <summary>Until the next scrape is due, within bounds.</summary>
    private static TimeSpan Delay(ScrapeState state)
    {
        if (state.Targets.Count == 0) return TimeSpan.FromSeconds(1);
        TimeSpan due = state.Targets.Min(scraped => scraped.LastScrape is { } last ? last + scraped.Interval - state.At : LeastDelay);
        return due < LeastDelay ? LeastDelay : due > MostDelay ? MostDelay : due;
    }

    private void Report(ScrapeState state)
    {
        string newest = state.Targets.Max(scraped => scraped.LastScrape) is { } last
            ? string.Create(CultureInfo.InvariantCulture, $"last scrape {(state.At - last).TotalSeconds:0.0} s ago")
            : "no scrape yet";
        reporter.Verbose($"Prometheus has {state.Targets.Count} targets of job {settings.Job} for {target.Environment}, {newest}.");
    }
}
