using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.no-gaps</c>: since the deployment no scrape of a target is missing, and none failed.</summary>
internal static class ScrapeGaps
{
    private const string InstanceLabel = "instance";
    private const string Remedy = "Look at the load of Prometheus and at scrapes that take too long; a gap hides what happened in it.";

    /// <summary>What a scrape may be late by, whatever its interval.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeastWindow = TimeSpan.FromSeconds(1);

    /// <summary>Reads every sample of <c>up</c> since the deployment, an hour at most.</summary>
    /// <param name="prometheus">The client.</param>
    /// <param name="state">The targets that count.</param>
    /// <param name="settings">The scrape job.</param>
    /// <param name="age">How long ago the deployment was.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<CheckOutcome> EvaluateAsync(
        PrometheusClient prometheus, ScrapeState state, PrometheusSettings settings, TimeSpan age, CancellationToken ct)
    {
        if (state.Targets.Count == 0) return CheckOutcome.Skipped("there is no target to scrape");
        var window = age > LongestWindow ? LongestWindow : age < LeastWindow ? LeastWindow : age;
        var job = state.Targets[0].Job is { Length: > 0 } label ? label : settings.Job;
        var selector = string.Create(
            CultureInfo.InvariantCulture, $"up{{job={SeriesChecks.Quote(job)}}}[{Math.Ceiling(window.TotalSeconds):0}s]");
        return Judge(state, await prometheus.QueryMatrixAsync(selector, ct), window);
    }

    /// <summary>Judges the samples of the targets that are scraped now; each begins with its first sample.</summary>
    public static CheckOutcome Judge(ScrapeState state, PrometheusMatrix samples, TimeSpan window)
    {
        var targets = state.Targets.ToLookup(target => target.Labels.GetValueOrDefault(InstanceLabel, ""));
        var series = samples.Series
            .Where(one => one.Samples.Count > 0 && targets.Contains(one.Labels.GetValueOrDefault(InstanceLabel, "")))
            .ToList();
        if (series.Count == 0) return CheckOutcome.Inconclusive($"No data: no sample of up of {state.Targets.Count} targets", Remedy);

        long scrapes = 0, missing = 0, failed = 0;
        var gaps = new List<string>();
        foreach (var one in series)
        {
            var instance = one.Labels.GetValueOrDefault(InstanceLabel, "");
            var interval = targets[instance].First().Interval;
            var counted = WithoutStart(one.Samples);
            scrapes += counted.Count;
            failed += counted.Count(sample => sample.Value == 0);
            var times = counted.Select(sample => sample.At).Append(samples.At);
            foreach (var (from, until) in times.Zip(times.Skip(1)).Where(pair => IsGap(pair.Second - pair.First, interval)))
            {
                missing += Math.Max(1, (long)Math.Round((until - from) / interval) - 1);
                gaps.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{instance} {from.UtcDateTime:HH:mm:ss} to {until.UtcDateTime:HH:mm:ss} UTC"));
            }
        }

        var evidence = string.Create(CultureInfo.InvariantCulture,
            $"{scrapes} scrapes of {series.Count} targets in {window.TotalSeconds:0} s, {missing} missing, {failed} failed");
        if (gaps.Count > 0) evidence += $": {string.Join(", ", gaps.Take(3))}{(gaps.Count > 3 ? ", …" : "")}";
        return CheckOutcome.MetIf(missing + failed == 0, evidence, Remedy).Compared(0, missing + failed);
    }

    // A pod is scraped from the time that it has an address; until it serves, its scrapes fail.
    private static IReadOnlyList<PrometheusSample> WithoutStart(IReadOnlyList<PrometheusSample> samples)
    {
        List<PrometheusSample> served = [.. samples.SkipWhile(sample => sample.Value == 0)];
        return served.Count == 0 ? samples : served;
    }

    private static bool IsGap(TimeSpan between, TimeSpan interval) => between > 1.5 * interval && between > interval + Tolerance;
}
