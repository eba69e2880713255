using System.Globalization;
using RsolvDeploy.Health;

namespace RsolvDeploy.Monitoring;

/// <summary><c>prometheus.target</c> and <c>prometheus.scrape</c>: the platform is scraped, and was just now.</summary>
internal static class ScrapeChecks
{
    public static Observation JudgeTarget(ScrapeState state, PrometheusSettings settings, string environment)
    {
        if (state.Targets.Count == 0) return NoTarget(state, settings, environment);

        var up = state.Targets.Where(target => target.IsUp).ToList();
        string count = $"{up.Count} of {state.Targets.Count} targets of job {settings.Job} for {environment} are up";
        if (up.Count == state.Targets.Count) return new Observation(Outcome.Met, $"{count}: {Names(up)}");
        if (up.Count == 0 && state.Targets.All(target => target.LastScrape is null))
            return new Observation(Outcome.Undecided, $"No data: {count}, none was scraped yet") { Remedy = "Verify again after the next scrape." };

        var down = state.Targets.Where(target => !target.IsUp).ToList();
        return new Observation(up.Count > 0 ? Outcome.MetButLook : Outcome.NotMet,
            $"{count}; {string.Join("; ", down.Take(3).Select(target => $"{target.ScrapeUrl} is {target.Health}: {Reason(target)}"))}")
        {
            Expected = "up",
            Actual = up.Count > 0 ? "partly up" : "down",
            Remedy = "Open the metrics endpoint from where Prometheus runs: the error says whether it is the network, the path, or the answer.",
        };
    }

    public static Observation JudgeScrape(ScrapeState state, PrometheusSettings settings)
    {
        if (state.Targets.Count == 0) return new Observation(Outcome.NotAsked, "Not asked: there is no target to scrape.");

        var up = state.Targets.Where(target => target.IsUp).ToList();
        if (up.Count == 0)
        {
            PrometheusTarget worst = state.Targets.MaxBy(target => target.LastScrape ?? DateTimeOffset.MaxValue)!;
            return state.Targets.All(target => target.LastScrape is null)
                ? new Observation(Outcome.Undecided, "No data: no target was scraped yet") { Remedy = "Verify again after the next scrape." }
                : new Observation(Outcome.NotMet, $"No scrape succeeded; {worst.ScrapeUrl}: {Reason(worst)}") { Remedy = "See prometheus.target." };
        }

        PrometheusTarget oldest = up.MinBy(target => target.LastScrape ?? DateTimeOffset.MinValue)!;
        if (oldest.LastScrape is not { } last) return new Observation(Outcome.Undecided, $"No data: {oldest.ScrapeUrl} was never scraped");

        TimeSpan limit = Limit(settings.MaxScrapeAge, oldest.Interval);
        TimeSpan age = state.At > last ? state.At - last : TimeSpan.Zero;
        string seen = string.Create(CultureInfo.InvariantCulture,
            $"last scrape of {oldest.ScrapeUrl} {age.TotalSeconds:0.0} s ago, every {oldest.Interval.TotalSeconds:0.#} s, limit {limit.TotalSeconds:0.#} s");
        string expected = string.Create(CultureInfo.InvariantCulture, $"at most {limit.TotalSeconds:0.#} s");
        string actual = string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0.0} s");
        if (age > limit)
        {
            return new Observation(Outcome.NotMet, seen) { Expected = expected, Actual = actual, Remedy = "Check why Prometheus falls behind: its load, or a scrape that takes too long." };
        }

        return state.IsFresh
            ? new Observation(Outcome.Met, seen) { Expected = expected, Actual = actual }
            : new Observation(Outcome.Undecided, $"No data: {seen}, but none since the verification began")
            {
                Expected = expected,
                Actual = actual,
                Remedy = "Verify again after the next scrape.",
            };
    }

    /// <summary>What may be old at most: the configured age, or two intervals where that is longer.</summary>
    public static TimeSpan Limit(TimeSpan configured, TimeSpan interval) => 2 * interval > configured ? 2 * interval : configured;

    private static Observation NoTarget(ScrapeState state, PrometheusSettings settings, string environment)
    {
        var ofJob = state.All.Where(target => target.Job == settings.Job || target.ScrapePool == settings.Job).ToList();
        string found = ofJob.Count > 0
            ? $"the {ofJob.Count} targets of job {settings.Job} are of the environments {List(ofJob.Select(target => target.Labels.GetValueOrDefault("environment", "(none)")))}"
            : $"among {state.All.Count} active targets are only the jobs {List(state.All.Select(target => target.Job))}";
        return new Observation(Outcome.NotMet, $"No target of job {settings.Job} for {environment}: {found}")
        {
            Expected = $"job {settings.Job}, environment {environment}",
            Remedy = "Check the scrape configuration of Prometheus: the job's name, its service discovery, and the label environment.",
        };
    }

    private static string List(IEnumerable<string> names)
    {
        var distinct = names.Distinct().Order(StringComparer.Ordinal).ToList();
        return distinct.Count == 0 ? "(none)" : string.Join(", ", distinct.Take(10)) + (distinct.Count > 10 ? ", …" : "");
    }

    private static string Names(List<PrometheusTarget> targets) =>
        string.Join(", ", targets.Take(3).Select(target => target.ScrapeUrl)) + (targets.Count > 3 ? ", …" : "");

    private static string Reason(PrometheusTarget target) => target.LastError.Length > 0 ? target.LastError : "no error given";
}
