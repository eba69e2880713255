using RsolvDeploy.Reporting;

namespace RsolvDeploy.Monitoring;

/// <summary>
/// Records counters before something happens, and waits afterwards until they have risen, by watching the scrapes of the targets.
/// </summary>
internal sealed class RiseWatch(PrometheusClient prometheus, Target target, IReporter reporter, TimeProvider time)
{
    /// <summary>A scrape that began before the event can be the first one, so a second one decides.</summary>
    private const int MostScrapes = 2;

    private readonly PrometheusSettings _settings = target.Prometheus!;

    /// <summary>The pods of the release; null when they are not known.</summary>
    public ReleasePods? Pods { get; init; }

    /// <summary>Reads the counters after the next scrape, so that they hold everything that happened until now.</summary>
    /// <param name="rises">The counters.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<CounterBaseline> RecordAsync(IReadOnlyList<MetricRise> rises, CancellationToken ct)
    {
        ScrapeState state = await NextScrapeAsync(ct);
        return await ReaderFor(state).ReadAsync(rises.Select(rise => rise.Metric), ct);
    }

    /// <summary>Waits until every target was scraped once more.</summary>
    public Task<ScrapeState> NextScrapeAsync(CancellationToken ct) =>
        new ScrapeWatcher(prometheus, target, _settings, reporter, time) { Pods = Pods }.WaitAsync(ct);

    /// <summary>Reads how far the counters rose; when one has not, once more after the next scrape.</summary>
    /// <param name="rises">The counters.</param>
    /// <param name="before">Their values before.</param>
    /// <param name="scraped">A scrape after the event.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The rise of every series; null when no target was scraped.</returns>
    public async Task<IReadOnlyList<SeriesRise>?> WaitAsync(
        IReadOnlyList<MetricRise> rises, CounterBaseline before, ScrapeState scraped, CancellationToken ct)
    {
        IReadOnlyList<SeriesRise>? found = null;
        for (int scrape = 1; scraped.IsFresh && scraped.Targets.Any(one => one.IsUp); scrape++)
        {
            found = await ReaderFor(scraped).ReadRisesAsync(before, rises.Select(rise => rise.Metric), ct);
            IReadOnlyList<SeriesRise> now = found;
            if (scrape == MostScrapes || rises.All(rise => RiseChecks.HasRisen(rise, now, before))) break;
            reporter.Verbose("A counter has not risen yet; the next scrape decides.");
            scraped = await NextScrapeAsync(ct);
        }

        return found;
    }

    private CounterReader ReaderFor(ScrapeState state)
    {
        // The label, which relabelling may have made another than the job's name.
        string label = state.Targets.Count > 0 ? state.Targets[0].Job : "";
        return new CounterReader(prometheus, label.Length > 0 ? label : _settings.Job, target.Environment, time);
    }
}
