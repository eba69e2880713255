using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>What Prometheus shows: <c>smoke.prometheus</c>, <c>smoke.alerts</c> and <c>smoke.no-gaps</c>.</summary>
/// <param name="context">The step's context.</param>
/// <param name="pods">The pods of the release.</param>
internal sealed class MonitoringChecks(StepContext context, Task<SmokePods> pods)
{
    private readonly Target _target = context.Target;

    public async Task<IReadOnlyList<Check>> EvaluateAsync(CancellationToken ct)
    {
        if (_target.Prometheus is not { } settings)
            return [.. Definitions.Select(definition => definition.Skip("the target has no prometheus", context.Clock))];
        PrometheusClient prometheus;
        try
        {
            prometheus = SmokePrometheus.Open(context);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return await Task.WhenAll(
                Definitions.Select(definition => EvaluateAsync(definition, () => Task.FromException<CheckOutcome>(fault))));
        }

        using (prometheus)
        {
            var scrape = WatchAsync(prometheus, settings, ct);
            return await Task.WhenAll(
                EvaluateAsync(CheckTable.SmokePrometheus, async () => WorstOutcome.From(
                    ScrapeChecks.JudgeTarget(await scrape, settings, _target.Environment),
                    ScrapeChecks.JudgeScrape(await scrape, settings) with { Unit = CheckTable.PrometheusScrape.Unit })),
                EvaluateAsync(CheckTable.SmokeAlerts, () => JudgeAlertsAsync(prometheus, ct)),
                EvaluateAsync(CheckTable.SmokeNoGaps, async () => await ScrapeGaps.EvaluateAsync(
                    prometheus, await scrape, settings, context.Clock.GetUtcNow() - await SinceAsync(), ct)));
        }

        Task<Check> EvaluateAsync(CheckDefinition definition, Func<Task<CheckOutcome>> measure) =>
            context.EvaluateAsync(definition, measure, ct);
    }

    private async Task<ScrapeState> WatchAsync(PrometheusClient prometheus, PrometheusSettings settings, CancellationToken ct)
    {
        var release = await OrNoneAsync(pods);
        var watcher = new ScrapeWatcher(prometheus, _target, settings, context.Reporter, context.Clock) { Pods = release?.Release };
        return await watcher.WaitAsync(ct);
    }

    private async Task<CheckOutcome> JudgeAlertsAsync(PrometheusClient prometheus, CancellationToken ct)
    {
        if (_target.Alerts is not { } wanted) return CheckOutcome.Skipped("no alert rules are configured");
        var (rules, alerts) = (prometheus.GetAlertRulesAsync(ct), prometheus.GetAlertsAsync(ct));
        var routing = AlertmanagerState.ReadAsync(_target.Alertmanager is { } settings ? () => Open(settings) : null, ct);
        await Task.WhenAll(rules, alerts, routing);
        return AlertChecks.JudgeQuiet(
            new AlertView(await alerts, await rules, await routing), wanted, context.Baseline?.AlertsFiring ?? []);
    }

    private AlertmanagerClient Open(AlertmanagerSettings settings) =>
        AlertmanagerClient.Open(settings, context.Services, context.Clock);

    // Where the pods cannot be read, their own checks report it; what Prometheus shows of the configured time counts all the same.
    private async Task<DateTimeOffset> SinceAsync() =>
        (await OrNoneAsync(pods))?.Since ?? context.Clock.GetUtcNow() - _target.Smoke.Window;

    private static async Task<SmokePods?> OrNoneAsync(Task<SmokePods> reading)
    {
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return reading.IsCompletedSuccessfully ? await reading : null;
    }

    private static CheckDefinition[] Definitions => [CheckTable.SmokePrometheus, CheckTable.SmokeAlerts, CheckTable.SmokeNoGaps];
}
