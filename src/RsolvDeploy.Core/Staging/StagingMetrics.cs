using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Shows that the counters of staging rose during a run of the workflow.</summary>
internal sealed class StagingMetrics(StepContext context)
{
    /// <summary>The workflow works on any repository, so that every rise of its counters counts.</summary>
    private const double Least = 1;

    private static readonly (CheckDefinition Definition, string Rise)[] All =
    [
        (CheckTable.StagingMetricsValidation, "validation"),
        (CheckTable.StagingMetricsMitigation, "mitigation"),
        (CheckTable.StagingMetricsTrustScore, "trust-score"),
    ];

    private DeployException? _error;

    private IReadOnlyList<MetricRise> Rises =>
        [.. context.Target.Metrics.Rises.Select(rise => rise with { By = Math.Min(rise.By, Least) })];

    /// <summary>Reads the counters before the run.</summary>
    /// <returns>Null where there is nothing to read, or it cannot be read: the checks show why.</returns>
    public async Task<CounterBaseline?> RecordAsync(CancellationToken ct)
    {
        if (context.Target.Prometheus is null || Rises.Count == 0) return null;
        try
        {
            using var prometheus = Open();
            return await Watch(prometheus).RecordAsync(Rises, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            _error = UnexpectedError.From(e);
            return null;
        }
    }

    /// <summary>Makes the checks after the run.</summary>
    /// <param name="checks">Where they are collected.</param>
    /// <param name="before">The counters before the run; null when they were not read.</param>
    /// <param name="ct">Cancels.</param>
    public async Task EvaluateAsync(StagingChecks checks, CounterBaseline? before, CancellationToken ct)
    {
        checks.Begin();
        IReadOnlyList<SeriesRise>? found = null;
        if (before is not null)
        {
            try
            {
                using var prometheus = Open();
                var watch = Watch(prometheus);
                found = await watch.WaitAsync(Rises, before, await watch.NextScrapeAsync(ct), ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                _error = UnexpectedError.From(e);
            }
        }

        foreach (var (definition, id) in All) checks.Add(definition, Judge(id, found, before));
    }

    private CheckOutcome Judge(string id, IReadOnlyList<SeriesRise>? found, CounterBaseline? before)
    {
        if (_error is { } error) return CheckOutcome.NotMet($"{error.Id}: {error.Message}", error.Remedy);
        if (context.Target.Prometheus is null) return CheckOutcome.Skipped("not configured: 'prometheus'");
        if (Rises.FirstOrDefault(rise => rise.Id == id) is not { } wanted)
            return CheckOutcome.Skipped($"not configured: 'metrics.rises' has none with the id {id}");
        if (before is null) return CheckOutcome.Skipped("the counters were not read before the run was dispatched");
        return found is null
            ? CheckOutcome.NotMet("no target was scraped after the run", "Check the scrape job of staging in Prometheus.")
            : RiseChecks.JudgeRise(wanted, found, before);
    }

    private PrometheusClient Open() =>
        PrometheusClient.Open(context.Target.Prometheus!, context.Services, context.Clock);

    private RiseWatch Watch(PrometheusClient prometheus) => new(prometheus, context.Target, context.Reporter, context.Clock);
}
