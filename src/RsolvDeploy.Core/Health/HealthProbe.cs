using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Health;

/// <summary>Measures the platform's own endpoints: the checks <c>health.*</c>, all at once.</summary>
internal sealed class HealthProbe(HttpClient http, TimeProvider? time = null)
{
    /// <summary>A scrape costs the platform more than a health request, so fewer of them are measured.</summary>
    private const int MostMetricsSamples = 3;

    private static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Whom to trust instead of the system's own roots when the certificate is looked at; null for those.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>A client that takes an answer as it is: it follows no redirect and keeps no cookie.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = LeastTimeout,
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Whether it answers, what it says, how fast, and with which certificate; compared with what was before, when that is known.</summary>
    public Task<HealthReport> ProbeAsync(Target target, Baseline? before, CancellationToken ct) => ProbeAsync(target, essentialsOnly: false, before, ct);

    /// <summary>Only whether it answers and what it says: <c>health.status</c>, <c>health.metrics</c> and <c>health.metrics-defined</c>.</summary>
    public Task<HealthReport> ProbeEssentialsAsync(Target target, CancellationToken ct) => ProbeAsync(target, essentialsOnly: true, null, ct);

    private async Task<HealthReport> ProbeAsync(Target target, bool essentialsOnly, Baseline? before, CancellationToken ct)
    {
        if (target.Url is null) return new HealthReport(await NotAskedAsync(essentialsOnly), null);

        Endpoint health = EndpointOf(target.Url, target.Health.Path, target.Health.Under);
        Endpoint metrics = EndpointOf(target.Url, target.MetricsEndpoint.Path, target.MetricsEndpoint.Under);
        Task<MetricsAnswer> asked = MetricsEndpointCheck.AskAsync(metrics, ct);
        var measurements = new List<Task<Finding>>
        {
            MeasureAsync(HealthChecks.Status, () => HealthStatusCheck.ObserveAsync(health, ct)),
            MeasureAsync(HealthChecks.Metrics, async () => MetricsEndpointCheck.JudgeText(metrics, await asked)),
            MeasureAsync(HealthChecks.MetricsDefined, async () => MetricsEndpointCheck.JudgeFamilies(target.Metrics.Families, await asked)),
        };
        Task<MeasuredAnswers[]> samples = Task.FromResult<MeasuredAnswers[]>([]);
        if (!essentialsOnly)
        {
            samples = Task.WhenAll(
                ResponseCheck.SampleAsync(health, target.Health.Under, target.Health.Samples, ct),
                ResponseCheck.SampleAsync(metrics, target.MetricsEndpoint.Under, Math.Min(target.Health.Samples, MostMetricsSamples), ct));
            measurements.Add(MeasureAsync(HealthChecks.ResponseTime, async () => ResponseCheck.JudgeTimes(await samples, before?.ResponseTimes)));
            measurements.Add(MeasureAsync(HealthChecks.No5xx, async () => ResponseCheck.JudgeStatuses(await samples)));
            measurements.Add(MeasureAsync(HealthChecks.Tls,
                () => TlsCheck.ObserveAsync(target.Url, target.Health.TlsDaysLeft, Roots, LeastTimeout, _time, ct)));
        }

        Finding[] findings = await Task.WhenAll(measurements);
        return new HealthReport([.. findings.Select(finding => BaselineFilter.Apply(finding, before))], (await asked).Document)
        {
            ResponseTimes = (await samples).Where(endpoint => endpoint.Times.Count > 0).ToDictionary(endpoint => endpoint.Address.AbsolutePath, endpoint => endpoint.Times.Median),
        };
    }

    private Task<Finding[]> NotAskedAsync(bool essentialsOnly) =>
        Task.WhenAll((essentialsOnly ? HealthChecks.Essentials : HealthChecks.All).Select(check =>
            MeasureAsync(check, () => Task.FromResult(new Observation(Outcome.NotAsked, "Not asked: the target has no url.")))));

    private Task<Finding> MeasureAsync((string Id, string Title) check, Func<Task<Observation>> measure) =>
        Finding.MeasureAsync(check.Id, check.Title, _time, measure);

    private Endpoint EndpointOf(Uri platform, string path, TimeSpan under)
    {
        TimeSpan generous = 5 * under;      // a slow answer is still to be measured, not cut off
        return new Endpoint(http, Endpoint.AddressOf(platform, path), generous > LeastTimeout ? generous : LeastTimeout, _time);
    }
}
