using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// Reports alerts as they appear, and the state of the dashboard every fifteen minutes, while a release is watched. It fires nothing.
/// </summary>
/// <param name="context">The context of the watch.</param>
internal sealed class WatchObserver(StepContext context)
{
    private static readonly TimeSpan AlertPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DashboardPeriod = TimeSpan.FromMinutes(15);

    private readonly HashSet<string> _firing = [];
    private readonly SortedSet<string> _fired = new(StringComparer.Ordinal);
    private readonly List<string> _dashboard = [];

    /// <summary>Observes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var (prometheus, alerts, grafana) = (context.Target.Prometheus, context.Target.Alerts, context.Target.Grafana);
        try
        {
            await Task.WhenAll(
                prometheus is null || alerts is null
                    ? Task.CompletedTask
                    : RepeatAsync(AlertPeriod, token => LookAtAlertsAsync(alerts, token), ct),
                grafana is { Dashboard: not null } ? RepeatDashboardAsync(ct) : Task.CompletedTask);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The watch has ended.
        }
    }

    /// <summary>What was observed beside the triggers; none when there was nothing to report.</summary>
    public IEnumerable<Check> Checks()
    {
        if (_fired.Count > 0)
            yield return Warning(CheckTable.AlertsQuiet, $"fired during the watch: {string.Join(", ", _fired)}", "Look at the alerts.");
        if (_dashboard.Count > 0)
            yield return Warning(CheckTable.GrafanaPanels, $"during the watch: {_dashboard[^1]}", "Look at the dashboard.");
    }

    // It was verified just before the watch.
    private async Task RepeatDashboardAsync(CancellationToken ct)
    {
        await Task.Delay(DashboardPeriod, context.Clock, ct);
        await RepeatAsync(DashboardPeriod, LookAtDashboardAsync, ct);
    }

    // A service that does not respond is no reason to end the watch; the triggers have their own.
    private async Task RepeatAsync(TimeSpan period, Func<CancellationToken, Task> look, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(period, context.Clock);
        do
        {
            try
            {
                await look(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                context.Reporter.Verbose($"Not observed: {UnexpectedError.From(e).Message}");
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task LookAtAlertsAsync(AlertSettings settings, CancellationToken ct)
    {
        using var prometheus = PrometheusClient.Open(context.Target.Prometheus!, context.Services, context.Clock);
        var firing = (await prometheus.GetAlertsAsync(ct))
            .Where(alert => alert.State == "firing" && IsWatched(alert, settings))
            .Select(alert => alert.Name)
            .ToHashSet();
        foreach (var name in firing.Except(_firing)) context.Reporter.Warning($"Alert {name} fires.");
        foreach (var name in _firing.Except(firing)) context.Reporter.State($"alert {name} does not fire any more");
        _firing.Clear();
        _firing.UnionWith(firing);
        _fired.UnionWith(firing);
    }

    // Those of the configured labels, without what fired before the deployment.
    private bool IsWatched(PrometheusAlert alert, AlertSettings settings) =>
        settings.Quiet.All(label => alert.Labels.GetValueOrDefault(label.Key) == label.Value)
            && context.Baseline?.AlertsFiring.Contains(alert.Name) != true;

    private async Task LookAtDashboardAsync(CancellationToken ct)
    {
        var found = await DashboardVerifier.VerifyAsync(context, new DashboardOptions(), ct);
        var failed = found.Checks.Where(check => check.Status == CheckStatus.Failed).ToList();
        var text = failed.Count == 0
            ? "every check of the dashboard passed"
            : string.Join("; ", failed.Select(check => $"{check.Id}: {check.Evidence}"));
        context.Reporter.State($"dashboard of {context.Target.Name}: {text}");
        if (failed.Count == 0) return;
        _dashboard.Add(text);
        context.Reporter.Warning($"The dashboard of {context.Target.Name} did not pass: {text}");
    }

    private Check Warning(CheckDefinition definition, string evidence, string remedy) =>
        definition.ToCheck(CheckOutcome.Warning(evidence, remedy), CheckTimer.Start(context.Clock));
}
