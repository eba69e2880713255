using RsolvDeploy.Checks;

namespace RsolvDeploy.Monitoring;

/// <summary>The checks of the counters that test data has to move; all of them from one measurement.</summary>
/// <param name="target">The environment.</param>
/// <param name="before">The counters before the test data.</param>
internal sealed class RiseVerification(Target target, CounterBaseline before)
{
    /// <summary>What is verified of a target with a baseline; nothing when the baseline holds no counters.</summary>
    public static RiseVerification? For(Target target, Baseline? before) =>
        before?.Counters is { } counters && target.Metrics.Rises.Count > 0 ? new RiseVerification(target, counters) : null;

    /// <summary>The definitions of its checks.</summary>
    public IEnumerable<CheckDefinition> Definitions => [.. target.Metrics.Rises.Select(CheckTable.For), CheckTable.MetricsLabels];

    /// <summary>Evaluates the checks.</summary>
    /// <param name="watch">Reads the counters.</param>
    /// <param name="scrape">The scrape after the test data.</param>
    /// <param name="evaluate">Evaluates one check.</param>
    /// <param name="ct">Cancels.</param>
    public IEnumerable<Task<Check>> Evaluate(
        RiseWatch watch,
        Task<ScrapeState> scrape,
        Func<CheckDefinition, Func<Task<CheckOutcome>>, Task<Check>> evaluate,
        CancellationToken ct)
    {
        Task<IReadOnlyList<SeriesRise>?> reading = ReadAsync();
        return
        [
            .. target.Metrics.Rises.Select(rise =>
                evaluate(CheckTable.For(rise), () => JudgeAsync(found => RiseChecks.JudgeRise(rise, found, before)))),
            evaluate(
                CheckTable.MetricsLabels, () => JudgeAsync(found => RiseChecks.JudgeLabels(target.Metrics.Labels, found, before))),
        ];

        async Task<IReadOnlyList<SeriesRise>?> ReadAsync() =>
            await watch.WaitAsync(target.Metrics.Rises, before, await scrape, ct);

        async Task<CheckOutcome> JudgeAsync(Func<IReadOnlyList<SeriesRise>, CheckOutcome> judge) => await reading is { } found
            ? judge(found)
            : CheckOutcome.Skipped("no target was scraped, so what Prometheus holds is old");
    }
}
