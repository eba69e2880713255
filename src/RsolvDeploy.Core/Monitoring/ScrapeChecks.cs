using System.Globalization;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Monitoring;

/// <summary><c>prometheus.target</c> and <c>prometheus.scrape</c>: the platform is scraped, and the last scrape is recent.</summary>
internal static class ScrapeChecks
{
    private const string Never = "never";

    public static CheckOutcome JudgeTarget(ScrapeState state, PrometheusSettings settings, string environment)
    {
        if (state.Targets.Count == 0) return NoTarget(state, settings, environment);

        var up = state.Targets.Where(target => target.IsUp).ToList();
        string others = state.OfOtherPods.Count == 0 ? "" : $" ({state.OfOtherPods.Count} of other pods do not count)";
        string count = $"{up.Count} of {state.Targets.Count} targets of job {settings.Job} for {environment} are up{others}";
        return JudgeTarget().Compared(state.Targets.Count + state.WithoutTarget.Count, up.Count);

        CheckOutcome JudgeTarget()
        {
            if (state.WithoutTarget.Count > 0)
            {
                return CheckOutcome.NotMet(
                    $"{count}; no target scrapes the new pods {List(state.WithoutTarget)}",
                    "Check that the service discovery of the job finds the new pods: their labels, annotations and ports.");
            }

            if (up.Count == state.Targets.Count) return CheckOutcome.Met($"{count}: {Names(up)}");
            if (up.Count == 0 && state.Targets.All(target => target.LastScrape is null))
                return CheckOutcome.Inconclusive($"No data: {count}, none was scraped yet", "Verify again after the next scrape.");

            var down = state.Targets.Where(target => !target.IsUp).ToList();
            string evidence =
                $"{count}; {string.Join("; ", down.Take(3).Select(target => $"{target.ScrapeUrl} is {target.Health}: {Reason(target)}"))}";
            const string Remedy = "Open the metrics endpoint from where Prometheus runs: the error shows whether it is the "
                + "network, the path, or the response.";
            return up.Count > 0 ? CheckOutcome.Warning(evidence, Remedy) : CheckOutcome.NotMet(evidence, Remedy);
        }
    }

    public static CheckOutcome JudgeScrape(ScrapeState state, PrometheusSettings settings)
    {
        if (state.Targets.Count == 0) return CheckOutcome.Skipped("there is no target to scrape");

        var up = state.Targets.Where(target => target.IsUp).ToList();
        if (up.Count == 0)
        {
            PrometheusTarget worst = state.Targets.MaxBy(target => target.LastScrape ?? DateTimeOffset.MaxValue)!;
            return (state.Targets.All(target => target.LastScrape is null)
                ? CheckOutcome.Inconclusive("No data: no target was scraped yet", "Verify again after the next scrape.")
                : CheckOutcome.NotMet($"No scrape succeeded; {worst.ScrapeUrl}: {Reason(worst)}", $"See {CheckTable.PrometheusTarget.Id}."))
                .Compared(Limit(settings.MaxScrapeAge, worst.Interval).TotalSeconds, Never);
        }

        PrometheusTarget oldest = up.MinBy(target => target.LastScrape ?? DateTimeOffset.MinValue)!;
        TimeSpan limit = Limit(settings.MaxScrapeAge, oldest.Interval);
        if (oldest.LastScrape is not { } last)
            return CheckOutcome.Inconclusive($"No data: {oldest.ScrapeUrl} was never scraped").Compared(limit.TotalSeconds, Never);

        TimeSpan age = state.At > last ? state.At - last : TimeSpan.Zero;
        string evidence = string.Create(CultureInfo.InvariantCulture,
            $"last scrape of {oldest.ScrapeUrl} {age.TotalSeconds:0.0} s ago, {oldest.Every}, "
                + $"limit {limit.TotalSeconds:0.#} s");
        CheckOutcome outcome = age > limit ? CheckOutcome.NotMet(
            evidence, "Check why Prometheus falls behind: its load, or a scrape that takes too long.")
            : state.IsFresh ? CheckOutcome.Met(evidence)
            : CheckOutcome.Inconclusive(
                $"No data: {evidence}, but none since the verification began", "Verify again after the next scrape.");
        return outcome.Compared(limit.TotalSeconds, age.TotalSeconds);
    }

    /// <summary>What may be old at most: the configured age, or two intervals where that is longer.</summary>
    public static TimeSpan Limit(TimeSpan configured, TimeSpan interval) => 2 * interval > configured ? 2 * interval : configured;

    private static CheckOutcome NoTarget(ScrapeState state, PrometheusSettings settings, string environment)
    {
        var ofJob = state.All.Where(target => target.Job == settings.Job || target.ScrapePool == settings.Job).ToList();
        string found = state.OfOtherPods.Count > 0
            ? $"the {state.OfOtherPods.Count} targets of job {settings.Job} are pods of another release, {Names([.. state.OfOtherPods])}"
            : ofJob.Count > 0
            ? $"the {ofJob.Count} targets of job {settings.Job} are of the environments "
                + $"{List(ofJob.Select(target => target.Labels.GetValueOrDefault("environment", "(none)")))}"
            : $"among {state.All.Count} active targets are only the jobs {List(state.All.Select(target => target.Job))}";
        return CheckOutcome.NotMet($"No target of job {settings.Job} for {environment}: {found}",
            "Check the scrape configuration of Prometheus: the job's name, its service discovery, and the label environment.").Compared(
                1,
                0);
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
