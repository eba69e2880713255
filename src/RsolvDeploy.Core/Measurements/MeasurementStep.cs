using System.Text.Json.Serialization;
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
    public JsonSerializerContext OptionsJson => MeasurementJson.Default;

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
        context.Services.Specify(PrometheusFaults.Service, options.Credential);
        var activity = $"Measuring {target.Name}";
        var prometheus = new Lazy<PrometheusClient>(() => PrometheusClient.Open(settings, context.Services, context.Clock));
        try
        {
            var end = context.Clock.GetUtcNow();
            var reading = ReadBasisAsync();
            IReadOnlyList<AlertMeasurement> alerts = [];
            var patch = "";
            IReadOnlyList<HistogramMeasurement> histograms = [];
            IReadOnlyList<PanelMeasurement> panels = [];
            Check[] checks =
            [
                target.Alerts is null
                    ? CheckTable.MeasureAlerts.Skip("no alert rules are configured", context.Clock)
                    : await EvaluateAsync(
                        CheckTable.MeasureAlerts,
                        async () =>
                        {
                            alerts = await MeasureAlertsAsync(await reading, target.Alerts);
                            patch = RulePatch.Write((await reading).Groups, alerts);
                            return AlertMeasurer.Judge(alerts);
                        }),
                await EvaluateAsync(
                    CheckTable.MeasureBuckets,
                    async () => HistogramMeasurer.Judge(histograms = await MeasureHistogramsAsync(await reading))),
                target.Grafana is null
                    ? CheckTable.MeasurePanels.Skip("the target has no grafana", context.Clock)
                    : await EvaluateAsync(
                        CheckTable.MeasurePanels, async () => PanelMeasurer.Judge(panels = await MeasurePanelsAsync())),
            ];
            var result = new MetricsMeasurement(target, context.RunId, StepStatus.Succeeded, checks)
            {
                To = end,
                Panels = panels,
                Baseline = context.Baseline,
            };
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            // What the dashboard alone showed stays in the result.
            if (reading.Exception?.InnerException is { } fault)
                throw new StepException(UnexpectedError.From(fault), result with { Status = StepStatus.Failed });
            result = result with { From = (await reading).Start, Alerts = alerts, Histograms = histograms, Patch = patch };
            if (options.OutFile is { } file) await PatchFile.WriteAsync(file, result, context.Reporter, ct);
            return result;

            async Task<Check> EvaluateAsync(CheckDefinition definition, Func<Task<CheckOutcome>> measure)
            {
                var check = await definition.EvaluateAsync(new CheckScope(context.Clock, ct), measure);
                context.Reporter.Verbose($"{check}: {check.Evidence}");
                return check;
            }

            async Task<Basis> ReadBasisAsync()
            {
                var reader = new RangeReader(prometheus.Value);
                var groups = await prometheus.Value.GetRuleGroupsAsync(ct);
                var interval = await ScrapeIntervalAsync(prometheus.Value, settings, ct);
                var window = MeasuredWindow.Create(end, options.Window, interval, RangeReader.MostPoints);
                return new Basis(reader, groups, interval, await DataStartAsync(reader, settings, window, ct));
            }

            async Task<IReadOnlyList<AlertMeasurement>> MeasureAlertsAsync(Basis basis, AlertSettings wanted)
            {
                var measurer = new AlertMeasurer(basis.Reader, (basis.Start, end), options.Window);
                var measured = new List<AlertMeasurement>();
                foreach (var (group, rule) in AlertMeasurer.Select(basis.Groups, wanted))
                {
                    context.Reporter.Progress(new ProgressUpdate(activity, rule.Name));
                    measured.Add(await measurer.MeasureAsync(group, rule, ct));
                }

                return measured;
            }

            async Task<IReadOnlyList<HistogramMeasurement>> MeasureHistogramsAsync(Basis basis)
            {
                var measurer = new HistogramMeasurer(prometheus.Value, basis.Reader, target);
                var window = MeasuredWindow.Create(end, end - basis.Start, basis.Interval);
                var measured = new List<HistogramMeasurement>();
                foreach (var name in await measurer.FindAsync(ct))
                {
                    context.Reporter.Progress(new ProgressUpdate(activity, name));
                    measured.Add(await measurer.MeasureAsync(name, window, [.. basis.Groups.SelectMany(group => group.Rules)], ct));
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
            if (prometheus.IsValueCreated) prometheus.Value.Dispose();
            context.Reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }

    // What the measurements of Prometheus need: the rules, the scrape interval, and since when there is data.
    private sealed record Basis(
        RangeReader Reader, IReadOnlyList<PrometheusRuleGroup> Groups, TimeSpan Interval, DateTimeOffset Start);

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
