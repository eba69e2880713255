using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Monitoring;

/// <summary>Verifies a deployment by what its endpoints, Prometheus and the alert rules show. All that can be asked at once is.</summary>
internal sealed class MetricsVerifier(HttpClient platform, Func<PrometheusClient> openPrometheus, TimeProvider? time = null)
{
    private static readonly TimeSpan LongestRuleWait = TimeSpan.FromMinutes(3);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Verifies with connections of its own: to the platform by its address, to Prometheus by address or through the cluster.</summary>
    /// <remarks>That something does not answer is a finding and decides the verdict; only cancellation is thrown.</remarks>
    /// <param name="target">The environment to verify.</param>
    /// <param name="before">What was wrong before the deployment; null when nobody looked.</param>
    /// <param name="openService">Opens a service of the cluster; null when there is no cluster.</param>
    /// <param name="runId">The run it belongs to.</param>
    /// <param name="reporter">Whom to tell.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Verification> VerifyAsync(
        Target target, Baseline? before, Func<ServiceAddress, HttpClient>? openService, string runId, IReporter reporter, CancellationToken ct)
    {
        using HttpClient platform = HealthProbe.CreateClient();
        var verifier = new MetricsVerifier(platform, () => PrometheusClient.Open(target.Prometheus!, openService));
        return await verifier.VerifyAsync(target, before, runId, reporter, ct);
    }

    public async Task<Verification> VerifyAsync(Target target, Baseline? before, string runId, IReporter reporter, CancellationToken ct)
    {
        string activity = $"Verifying {target.Name}";
        reporter.Progress(new ProgressUpdate(activity, "asking the platform and Prometheus"));
        try
        {
            var probe = new HealthProbe(platform, _time);
            // Response times mean something here only beside those of before.
            Task<HealthReport> health = before is null ? probe.ProbeEssentialsAsync(target, ct) : probe.ProbeAsync(target, before, ct);
            Task<Finding[]> monitoring = target.Prometheus is null ? NotAskedAsync() : AskPrometheusAsync(target, target.Prometheus, before, health, reporter, ct);
            await Task.WhenAll(health, monitoring);
            Finding[] findings = [.. (await health).Findings, .. await monitoring];
            return new Verification(target, runId, VerdictRule.Decide(findings), [.. findings.Select(finding => finding.Check)]);
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }

    private async Task<Finding[]> AskPrometheusAsync(
        Target target, PrometheusSettings settings, Baseline? before, Task<HealthReport> health, IReporter reporter, CancellationToken ct)
    {
        PrometheusClient prometheus;
        try
        {
            prometheus = openPrometheus();
        }
        catch (DeployException fault)
        {
            return await MeasureAllAsync(() => Task.FromException<Observation>(fault));
        }

        using (prometheus)
        {
            Task<ScrapeState> scrape = new ScrapeWatcher(prometheus, target, settings, reporter, _time).WaitAsync(ct);
            Task<IReadOnlyList<PrometheusSeries>?> series = QuerySeriesAsync(prometheus, scrape, target, settings, ct);
            Task<PrometheusRules>? rules = target.Alerts is { } wanted ? WaitForRulesAsync(prometheus, wanted, settings, ct) : null;
            Task<IReadOnlyList<PrometheusAlert>>? alerts = target.Alerts is null ? null : prometheus.GetAlertsAsync(ct);
            var measured = new[]
            {
                Told(MonitoringChecks.Target, async () => ScrapeChecks.JudgeTarget(await scrape, settings, target.Environment)),
                Told(MonitoringChecks.Scrape, async () => ScrapeChecks.JudgeScrape(await scrape, settings)),
                Told(MonitoringChecks.Metrics, async () => target.Metrics.Families.Count == 0 ? NoFamilies
                    : await series is { } found ? SeriesChecks.JudgePresence(target.Metrics.Families, found, (await health).Metrics)
                    : NotScraped),
                Told(MonitoringChecks.EnvironmentLabel, async () => target.Metrics.Families.Count == 0 ? NoFamilies
                    : await series is { } found ? SeriesChecks.JudgeEnvironment(target.Metrics.Families, found, target.Environment)
                    : NotScraped),
                Told(MonitoringChecks.AlertsLoaded, async () => rules is null ? NoAlerts : AlertChecks.JudgeLoaded(await rules, target.Alerts!)),
                Told(MonitoringChecks.AlertsEvaluating,
                    async () => rules is null ? NoAlerts : AlertChecks.JudgeEvaluating(await rules, target.Alerts!, settings.MaxScrapeAge)),
                Told(MonitoringChecks.AlertsQuiet,
                    async () => alerts is null ? NoAlerts : AlertChecks.JudgeQuiet(await alerts, await rules!, target.Alerts!, before?.AlertsFiring ?? [])),
            };
            return await Task.WhenAll(measured);
        }

        async Task<Finding> Told((string Id, string Title) check, Func<Task<Observation>> measure)
        {
            Finding finding = await MeasureAsync(check, measure);
            reporter.Verbose($"{finding.Check}: {finding.Check.Evidence}");
            return finding;
        }
    }

    /// <summary>What Prometheus holds of the families after the scrape; null when the platform was not scraped, so that what it holds is old.</summary>
    private static async Task<IReadOnlyList<PrometheusSeries>?> QuerySeriesAsync(
        PrometheusClient prometheus, Task<ScrapeState> scrape, Target target, PrometheusSettings settings, CancellationToken ct)
    {
        ScrapeState state = await scrape;
        if (target.Metrics.Families.Count == 0 || !state.IsFresh || !state.Targets.Any(scraped => scraped.IsUp)) return null;
        string job = state.Targets[0].Job;      // the label, which relabelling may have made another than the job's name
        return await prometheus.QueryAsync(SeriesChecks.QueryFor(target.Metrics.Families, job.Length > 0 ? job : settings.Job), ct);
    }

    /// <summary>Rules that were loaded just now are unknown until their first evaluation: waits for it, two intervals at most.</summary>
    private async Task<PrometheusRules> WaitForRulesAsync(
        PrometheusClient prometheus, AlertSettings wanted, PrometheusSettings settings, CancellationToken ct)
    {
        TimeSpan Interval(PrometheusRules rules) =>
            AlertChecks.Select(rules, wanted).Select(rule => rule.Interval).DefaultIfEmpty(TimeSpan.Zero).Max();

        var poll = new BoundedPoll<PrometheusRules>(
            () => prometheus.GetAlertRulesAsync(ct),
            rules => AlertChecks.Select(rules, wanted).All(rule => rule.WasEvaluated))
        {
            Limit = rules => 2 * Interval(rules) < LongestRuleWait ? ScrapeChecks.Limit(settings.MaxScrapeAge, Interval(rules)) : LongestRuleWait,
            Delay = rules => TimeSpan.FromSeconds(Math.Clamp(Interval(rules).TotalSeconds / 4, 0.25, 5)),
        };
        (PrometheusRules last, _) = await poll.RunAsync(_time, ct);
        return last;
    }

    private static Observation NoFamilies => new(Outcome.NotAsked, "Not asked: no metric families are configured.");

    private static Observation NotScraped => new(Outcome.NotAsked, "Not asked: no target was scraped, so what Prometheus holds is old.");

    private static Observation NoAlerts => new(Outcome.NotAsked, "Not asked: no alert rules are configured.");

    private Task<Finding[]> NotAskedAsync() =>
        MeasureAllAsync(() => Task.FromResult(new Observation(Outcome.NotAsked, "Not asked: the target has no prometheus.")));

    private Task<Finding[]> MeasureAllAsync(Func<Task<Observation>> measure) => Task.WhenAll(MonitoringChecks.All.Select(check => MeasureAsync(check, measure)));

    private Task<Finding> MeasureAsync((string Id, string Title) check, Func<Task<Observation>> measure) =>
        Finding.MeasureAsync(check.Id, check.Title, _time, measure);
}
