using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads counters from Prometheus, and how far they rose since a baseline.</summary>
/// <param name="prometheus">The client.</param>
/// <param name="job">The label <c>job</c> of the series.</param>
/// <param name="environment">Their environment; series without the label count too, so that the label can be missed.</param>
/// <param name="time">The clock.</param>
internal sealed class CounterReader(PrometheusClient prometheus, string job, string environment, TimeProvider time)
{
    private const int MostSeries = 10_000;

    /// <summary>How far back a series is looked for; as long as Prometheus itself does.</summary>
    private static readonly TimeSpan Lookback = TimeSpan.FromMinutes(5);

    /// <summary>More than two clocks and a slow response differ by.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan OldestBaseline = TimeSpan.FromHours(24);

    /// <summary>
    /// The last scraped value of every series of the metrics, and of the start times, which show the instances that were scraped.
    /// </summary>
    public async Task<CounterBaseline> ReadAsync(IEnumerable<string> metrics, CancellationToken ct)
    {
        PrometheusMatrix found = await QueryAsync(metrics, Lookback, ct);
        return new CounterBaseline(found.At)
        {
            Series =
            [
                .. found.Series
                    .Where(series => series.Samples.Count > 0)
                    .Select(series => new CounterValue(
                        series.Metric, CounterHistory.WithoutName(series.Labels), series.Samples[^1].Value, series.Samples[^1].At)),
            ],
        };
    }

    /// <summary>How far every series of the metrics rose since a baseline.</summary>
    /// <exception cref="DeployException"><c>BaselineTooOld</c>: it is older than a day.</exception>
    public async Task<IReadOnlyList<SeriesRise>> ReadRisesAsync(CounterBaseline before, IEnumerable<string> metrics, CancellationToken ct)
    {
        string[] names = [.. metrics];
        PrometheusMatrix found = await QueryAsync(names, WindowSince(before, time.GetUtcNow()), ct);
        // The clock of Prometheus may be ahead of ours, so that the window began after the baseline.
        if (WindowSince(before, found.At) is var needed && needed > WindowSince(before, time.GetUtcNow()) + Margin)
            found = await QueryAsync(names, needed, ct);
        return CounterHistory.RisesSince(before, found);
    }

    private static TimeSpan WindowSince(CounterBaseline before, DateTimeOffset now)
    {
        TimeSpan age = now - before.At;
        if (age > OldestBaseline)
        {
            throw new DeployException(
                "BaselineTooOld",
                FaultCategory.InvalidData,
                string.Create(CultureInfo.InvariantCulture, $"The counters of the baseline were read {age.TotalHours:0} hours ago."),
                "Send the test data again; it records new ones.");
        }

        return age > TimeSpan.Zero ? age + Margin : Margin;
    }

    private async Task<PrometheusMatrix> QueryAsync(IEnumerable<string> metrics, TimeSpan window, CancellationToken ct)
    {
        string names = string.Join('|', metrics.Append(CounterHistory.StartTime).Distinct().Select(Regex.Escape));
        string selector = $"{{__name__=~{SeriesChecks.Quote(names)},job={SeriesChecks.Quote(job)},"
            + $"environment=~{SeriesChecks.Quote($"{Regex.Escape(environment)}|")}}}";
        PrometheusMatrix found = await prometheus.QueryMatrixAsync(
            string.Create(CultureInfo.InvariantCulture, $"{selector}[{(long)Math.Ceiling(window.TotalSeconds)}s]"), ct);
        return found.Series.Count <= MostSeries ? found : throw new DeployException(
            "TooManySeries",
            FaultCategory.LimitsExceeded,
            $"Prometheus has {found.Series.Count} series of {names}; at most {MostSeries} are compared.",
            "Let metrics.rises name counters with fewer labels.");
    }
}
