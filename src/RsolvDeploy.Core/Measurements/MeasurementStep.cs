using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Measurements;

/// <summary>Measures alerts, histograms and dashboard queries over some days. It reads only.</summary>
internal sealed class MeasurementStep : IStep<MeasurementOptions, MetricsMeasurement>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Measurement;

    /// <inheritdoc/>
    public string FailureId => "MeasurementFailed";

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonTypeInfo<MeasurementOptions> OptionsJson => MeasurementJson.Default.MeasurementOptions;

    /// <inheritdoc/>
    public MetricsMeasurement WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Measurement, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<MetricsMeasurement> RunAsync(StepContext context, MeasurementOptions options, CancellationToken ct)
    {
        var target = context.Target;
        var settings = target.Prometheus ?? throw new DeployException(
            "ConfigurationInvalid",
            FaultCategory.InvalidData,
            $"The target {target.Name} has no prometheus, so that there is nothing to measure.",
            "Set prometheus.url or prometheus.service, and prometheus.job.");
        var activity = $"Measuring {target.Name}";
        using var prometheus = PrometheusClient.Open(settings, context.Services, context.Clock);
        try
        {
            var (end, reader, scope) = (context.Clock.GetUtcNow(), new RangeReader(prometheus), new CheckScope(context.Clock, ct));
            var groups = await prometheus.GetRuleGroupsAsync(ct);
            var interval = await ScrapeIntervalAsync(prometheus, settings, ct);
            var start = await DataStartAsync(
                reader, settings, MeasuredWindow.Create(end, options.Window, interval, RangeReader.MostPoints), ct);
            IReadOnlyList<AlertMeasurement> alerts = [];
            IReadOnlyList<HistogramMeasurement> histograms = [];
            IReadOnlyList<PanelMeasurement> panels = [];
            Check[] checks =
            [
                target.Alerts is null
                    ? CheckTable.MeasureAlerts.Skip("no alert rules are configured", context.Clock)
                    : await CheckTable.MeasureAlerts.EvaluateAsync(
                        scope, async () => AlertMeasurer.Judge(alerts = await MeasureAlertsAsync(target.Alerts))),
                await CheckTable.MeasureBuckets.EvaluateAsync(
                    scope, async () => HistogramMeasurer.Judge(histograms = await MeasureHistogramsAsync())),
                target.Grafana is null
                    ? CheckTable.MeasurePanels.Skip("the target has no grafana", context.Clock)
                    : await CheckTable.MeasurePanels.EvaluateAsync(
                        scope, async () => PanelMeasurer.Judge(panels = await MeasurePanelsAsync())),
            ];
            foreach (var check in checks) context.Reporter.Verbose($"{check}: {check.Evidence}");
            return new MetricsMeasurement(target, context.RunId, StepStatus.Succeeded, checks)
            {
                From = start,
                To = end,
                Alerts = alerts,
                Histograms = histograms,
                Panels = panels,
                Patch = RulePatch.Write(groups, alerts),
                Baseline = context.Baseline,
            };

            async Task<IReadOnlyList<AlertMeasurement>> MeasureAlertsAsync(AlertSettings wanted)
            {
                var measurer = new AlertMeasurer(reader, (start, end), options.Window);
                var measured = new List<AlertMeasurement>();
                foreach (var (group, rule) in AlertMeasurer.Select(groups, wanted))
                {
                    context.Reporter.Progress(new ProgressUpdate(activity, rule.Name));
                    measured.Add(await measurer.MeasureAsync(group, rule, ct));
                }

                return measured;
            }

            async Task<IReadOnlyList<HistogramMeasurement>> MeasureHistogramsAsync()
            {
                var measurer = new HistogramMeasurer(prometheus, reader, target);
                var window = MeasuredWindow.Create(end, end - start, interval);
                var measured = new List<HistogramMeasurement>();
                foreach (var name in await measurer.FindAsync(ct))
                {
                    context.Reporter.Progress(new ProgressUpdate(activity, name));
                    measured.Add(await measurer.MeasureAsync(name, window, [.. groups.SelectMany(group => group.Rules)], ct));
                }

                return measured;
            }

            Task<IReadOnlyList<PanelMeasurement>> MeasurePanelsAsync()
            {
                context.Reporter.Progress(new ProgressUpdate(activity, "the queries of the dashboard"));
                return PanelMeasurer.MeasureAsync(context, ct);
            }
        }
        finally
        {
            context.Reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }

    // Before the first scrape everything is missing, which is no reason for an alert.
    private static async Task<DateTimeOffset> DataStartAsync(
        RangeReader reader, PrometheusSettings settings, MeasuredWindow window, CancellationToken ct)
    {
        var scraped = await reader.ReadAsync($"count(up{{job={SeriesChecks.Quote(settings.Job)}}})", window, value => value, ct);
        for (var index = 0; scraped.Count > 0 && index < window.Count; index++)
            if (!double.IsNaN(scraped[0][index])) return window.Start + (index * window.Step);
        return window.Start;
    }

    private static async Task<TimeSpan> ScrapeIntervalAsync(PrometheusClient prometheus, PrometheusSettings settings, CancellationToken ct)
    {
        var targets = await prometheus.GetTargetsAsync(settings.Job, ct);
        return targets.Targets.Where(target => target.Job == settings.Job || target.ScrapePool == settings.Job)
            .Select(target => target.Interval).DefaultIfEmpty(PrometheusTargetReader.AssumedInterval).Min();
    }
}
