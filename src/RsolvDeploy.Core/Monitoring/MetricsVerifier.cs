using RsolvDeploy.Checks;
using RsolvDeploy.Health;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;
using RsolvDeploy.Services;

namespace RsolvDeploy.Monitoring;

/// <summary>
/// Verifies a deployment by what its endpoints, Prometheus and the alert rules show. Everything that can be read at once is.
/// </summary>
internal sealed class MetricsVerifier(HttpClient platform, Func<PrometheusClient> openPrometheus, TimeProvider? time = null) : IDisposable
{
    private static readonly TimeSpan LongestRuleWait = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The pods of the release; null when they are not known, so that every target of the job counts.</summary>
    public ReleasePods? Pods { get; init; }

    /// <summary>Makes the probe of the endpoints; null for one without a credential.</summary>
    public Func<HttpClient, HealthProbe>? CreateProbe { get; init; }

    /// <summary>Opens Alertmanager; null when it is not queried.</summary>
    public Func<AlertmanagerClient>? OpenAlertmanager { get; init; }

    /// <summary>Connects to the platform by its address, and to Prometheus by address or through the cluster.</summary>
    /// <param name="target">The environment to verify.</param>
    /// <param name="access">The access of the step.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="pods">The pods of the release; null when they are not known.</param>
    public static MetricsVerifier Connect(
        Target target, ServiceAccess access, TimeProvider clock, ReleasePods? pods = null) =>
        new(
            target.Url is null ? HealthProbe.CreateClient() : PlatformAccess.Open(access, target),
            () => PrometheusClient.Open(target.Prometheus!, access, clock),
            clock)
        {
            Pods = pods,
            CreateProbe = http => PlatformAccess.CreateProbe(http, access, target, clock),
            OpenAlertmanager = target.Alertmanager is { } settings ? () => AlertmanagerClient.Open(settings, access, clock) : null,
        };

    /// <summary>Verifies the environment.</summary>
    /// <remarks>
    /// A service that does not respond is the outcome of its checks and decides the verdict; only cancellation is thrown.
    /// </remarks>
    /// <param name="target">The environment to verify.</param>
    /// <param name="before">The baseline from before the deployment; null when there is none.</param>
    /// <param name="runId">The run it belongs to.</param>
    /// <param name="reporter">Where progress is shown.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Verification> VerifyAsync(Target target, Baseline? before, string runId, IReporter reporter, CancellationToken ct)
    {
        string activity = $"Verifying {target.Name}";
        reporter.Progress(new ProgressUpdate(activity, "reading the platform and Prometheus"));
        IReadOnlyDictionary<string, TimeSpan> responseTimes = new Dictionary<string, TimeSpan>();
        try
        {
            IReadOnlyList<Check> checks = await new RepeatedChecks(target.Verification, _time).RunAsync(MeasureAsync, ct);
            return new Verification(target, runId, VerdictRule.Decide(checks), checks) { ResponseTimes = responseTimes };
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }

        async Task<IReadOnlyList<Check>> MeasureAsync()
        {
            var probe = CreateProbe?.Invoke(platform) ?? new HealthProbe(platform, _time);
            // Response times mean something here only beside those of before; test data has a baseline of counters alone.
            Task<HealthReport> health = before is null or { ResponseTimes.Count: 0, HealthFailing.Count: 0 }
                ? probe.ProbeEssentialsAsync(target, ct)
                : probe.ProbeAsync(target, before, ct);
            Task<Check[]> monitoring = target.Prometheus is null
                ? Task.FromResult<Check[]>([.. Definitions.Select(definition => definition.Skip("the target has no prometheus", _time))])
                : EvaluatePrometheusAsync(target, before, health, reporter, ct);
            await Task.WhenAll(health, monitoring);
            responseTimes = (await health).ResponseTimes;
            return [.. (await health).Checks, .. await monitoring];
        }
    }

    private async Task<Check[]> EvaluatePrometheusAsync(
        Target target, Baseline? before, Task<HealthReport> health, IReporter reporter, CancellationToken ct)
    {
        PrometheusSettings settings = target.Prometheus!;
        var rises = RiseVerification.For(target, before);
        PrometheusClient prometheus;
        try
        {
            prometheus = openPrometheus();
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return await Task.WhenAll(Definitions.Concat(rises?.Definitions ?? []).Select(
                definition => EvaluateAsync(definition, () => Task.FromException<CheckOutcome>(fault))));
        }

        using (prometheus)
        {
            var watch = new RiseWatch(prometheus, target, reporter, _time) { Pods = Pods };
            Task<ScrapeState> scrape = watch.NextScrapeAsync(ct);
            Task<PrometheusVector?> series = QuerySeriesAsync(prometheus, scrape, target, ct);
            Task<PrometheusRules>? rules = target.Alerts is { } wanted ? WaitForRulesAsync(prometheus, wanted, settings, ct) : null;
            Task<IReadOnlyList<PrometheusAlert>>? alerts = target.Alerts is null ? null : prometheus.GetAlertsAsync(ct);
            Task<AlertmanagerState>? routing = target.Alerts is null ? null : AlertmanagerState.ReadAsync(OpenAlertmanager, ct);
            return await Task.WhenAll(
            [
                EvaluateAsync(
                    CheckTable.PrometheusTarget, async () => ScrapeChecks.JudgeTarget(await scrape, settings, target.Environment)),
                EvaluateAsync(CheckTable.PrometheusScrape, async () => ScrapeChecks.JudgeScrape(await scrape, settings)),
                EvaluateAsync(CheckTable.PrometheusMetrics, async () => target.Metrics.Families.Count == 0 ? NoFamilies
                    : await series is { } found
                        ? WithNotices(
                            SeriesChecks.JudgePresence(target.Metrics.Families, found.Series, (await health).Metrics), found.Notices)
                    : NotScraped),
                EvaluateAsync(CheckTable.PrometheusEnvironmentLabel, async () => target.Metrics.Families.Count == 0 ? NoFamilies
                    : await series is { } found
                        ? WithNotices(
                            SeriesChecks.JudgeEnvironment(target.Metrics.Families, found.Series, target.Environment), found.Notices)
                    : NotScraped),
                EvaluateAsync(
                    CheckTable.AlertsLoaded, async () => rules is null ? NoAlerts : AlertChecks.JudgeLoaded(await rules, target.Alerts!)),
                EvaluateAsync(CheckTable.AlertsEvaluating,
                    async () => rules is null ? NoAlerts : AlertChecks.JudgeEvaluating(await rules, target.Alerts!, settings.MaxScrapeAge)),
                EvaluateAsync(CheckTable.AlertsQuiet,
                    async () => alerts is null
                        ? NoAlerts
                        : AlertChecks.JudgeQuiet(
                            new AlertView(await alerts, await rules!, await routing!), target.Alerts!, before?.AlertsFiring ?? [])),
                .. rises?.Evaluate(watch, scrape, EvaluateAsync, ct) ?? [],
            ]);
        }

        async Task<Check> EvaluateAsync(CheckDefinition definition, Func<Task<CheckOutcome>> measure)
        {
            Check check = await definition.EvaluateAsync(new CheckScope(_time, ct), measure);
            reporter.Verbose($"{check}: {check.Evidence}");
            return check;
        }
    }

    /// <summary>Closes the connections to the platform.</summary>
    public void Dispose() => platform.Dispose();

    /// <summary>
    /// What Prometheus holds of the families after the scrape; null when the platform was not scraped, so that what it holds is old.
    /// </summary>
    private async Task<PrometheusVector?> QuerySeriesAsync(
        PrometheusClient prometheus, Task<ScrapeState> scrape, Target target, CancellationToken ct)
    {
        ScrapeState state = await scrape;
        if (target.Metrics.Families.Count == 0 || !state.IsFresh || !state.Targets.Any(scraped => scraped.IsUp)) return null;
        string job = state.Targets[0].Job;      // the label, which relabelling may have made another than the job's name
        string query = SeriesChecks.QueryFor(
            target.Metrics.Families, job.Length > 0 ? job : target.Prometheus!.Job, state.Instances);
        var poll = new BoundedPoll<PrometheusVector>(
            () => prometheus.QueryVectorAsync(query, ct),
            found => !found.Notices.IsBehind || SeriesChecks.HasAll(target.Metrics.Families, found.Series))
        {
            Limit = _ => LongestDelay,
            Delay = _ => TimeSpan.FromSeconds(1),
        };
        return (await poll.RunAsync(_time, ct)).Last;
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
            Limit = rules =>
                2 * Interval(rules) < LongestRuleWait ? ScrapeChecks.Limit(settings.MaxScrapeAge, Interval(rules)) : LongestRuleWait,
            Delay = rules => TimeSpan.FromSeconds(Math.Clamp(Interval(rules).TotalSeconds / 4, 0.25, 5)),
        };
        (PrometheusRules last, _) = await poll.RunAsync(_time, ct);
        return last;
    }

    /// <summary>What is missing in incomplete data may be there all the same.</summary>
    private static CheckOutcome WithNotices(CheckOutcome outcome, PrometheusNotices notices)
    {
        string text = notices.ToString();
        if (text.Length == 0) return outcome;
        CheckResult result = !notices.IsIncomplete ? outcome.Result : outcome.Result switch
        {
            CheckResult.Met => CheckResult.MetWithWarning,
            CheckResult.NotMet => CheckResult.Inconclusive,
            _ => outcome.Result,
        };
        return outcome with
        {
            Result = result,
            Evidence = $"{outcome.Evidence}; the server adds {text}",
            Remedy = outcome.Remedy
                ?? (notices.IsIncomplete ? "Look at the stores behind the server: the data may not be all there is." : null),
        };
    }

    private static CheckOutcome NoFamilies => CheckOutcome.Skipped("no metric families are configured");

    private static CheckOutcome NotScraped => CheckOutcome.Skipped("no target was scraped, so what Prometheus holds is old");

    private static CheckOutcome NoAlerts => CheckOutcome.Skipped("no alert rules are configured");

    private static CheckDefinition[] Definitions =>
    [
        CheckTable.PrometheusTarget, CheckTable.PrometheusScrape, CheckTable.PrometheusMetrics, CheckTable.PrometheusEnvironmentLabel,
        CheckTable.AlertsLoaded, CheckTable.AlertsEvaluating, CheckTable.AlertsQuiet,
    ];
}
