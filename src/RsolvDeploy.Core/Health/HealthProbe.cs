using System.Net;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Health;

/// <summary>Measures the platform's own endpoints: the checks <c>health.*</c>, all at once.</summary>
internal sealed class HealthProbe(HttpClient http, TimeProvider? time = null)
{
    /// <summary>A scrape costs the platform more than a health request, so fewer of them are measured.</summary>
    private const int MostMetricsSamples = 3;

    private static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Reads the roots to trust instead of the system's own when the certificate is verified; null for those.</summary>
    public Func<CancellationToken, Task<X509Certificate2Collection?>>? ReadRoots { get; init; }

    /// <summary>Adds the credential to connections that a check makes itself; null for none.</summary>
    public Func<Func<SocketsHttpHandler>, HttpMessageHandler> Authorize { get; init; } = static create => create();

    /// <summary>Finds the addresses of a host, each of which is requested; null when they are not.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>A client that takes a response as it is: it follows no redirect and keeps no cookie.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = LeastTimeout,
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>
    /// Whether the endpoints respond, with what, how fast, and with which certificate; compared with the baseline, when there is one.
    /// </summary>
    public Task<HealthReport> ProbeAsync(Target target, Baseline? before, CancellationToken ct) =>
        ProbeAsync(target, essentialsOnly: false, before, ct);

    /// <summary>
    /// Only whether the endpoints respond and with what: <c>health.status</c>, <c>health.metrics</c> and <c>health.metrics-defined</c>.
    /// </summary>
    public Task<HealthReport> ProbeEssentialsAsync(Target target, CancellationToken ct) =>
        ProbeAsync(target, essentialsOnly: true, null, ct);

    private async Task<HealthReport> ProbeAsync(Target target, bool essentialsOnly, Baseline? before, CancellationToken ct)
    {
        if (target.Url is null)
        {
            return new HealthReport(
                [.. Definitions(essentialsOnly).Select(definition => definition.Skip("the target has no url", _time))], null);
        }

        Endpoint health = EndpointOf(target.Url, target.Health.Path, target.Health.Under);
        Endpoint metrics = EndpointOf(target.Url, target.MetricsEndpoint.Path, target.MetricsEndpoint.Under);
        Task<MetricsResponse> read = MetricsEndpointCheck.GetAsync(metrics, target.MetricsEndpoint.FallbackScrapeProtocol, ct);
        var checks = new List<Task<Check>>
        {
            EvaluateAsync(
                CheckTable.HealthStatus,
                async () => HealthStatusCheck.Judge(health, await HealthStatusCheck.GetAsync(health, ct), target.Health.Rules)),
            EvaluateAsync(CheckTable.HealthMetrics, async () => MetricsEndpointCheck.JudgeText(metrics, await read)),
            EvaluateAsync(
                CheckTable.HealthMetricsDefined, async () => MetricsEndpointCheck.JudgeFamilies(target.Metrics.Families, await read)),
        };
        Task<ResponseSamples[]> samples = Task.FromResult<ResponseSamples[]>([]);
        if (!essentialsOnly)
        {
            samples = Task.WhenAll(
                ResponseCheck.SampleAsync(health, target.Health.Under, target.Health.Samples, ct),
                ResponseCheck.SampleAsync(metrics, target.MetricsEndpoint.Under, Math.Min(target.Health.Samples, MostMetricsSamples), ct));
            checks.Add(
                EvaluateAsync(CheckTable.HealthResponseTime, async () => ResponseCheck.JudgeTimes(await samples, before?.ResponseTimes)));
            checks.Add(EvaluateAsync(CheckTable.HealthNo5xx, async () => ResponseCheck.JudgeStatuses(await samples)));
            checks.Add(EvaluateAsync(
                CheckTable.HealthTls,
                async () => await new TlsCheck(await RootsAsync(ct), LeastTimeout, _time)
                    .EvaluateAsync(target.Url, target.Health.TlsDaysLeft, ct)));
            if (Resolve is { } resolve)
            {
                checks.Add(EvaluateAsync(
                    CheckTable.HealthAddresses,
                    () => new AddressCheck(resolve, Authorize, LeastTimeout, _time).EvaluateAsync(health.Address, ct)));
            }
        }

        return new HealthReport(await Task.WhenAll(checks), await OrNoneAsync(read) is { } response ? response.Document : null)
        {
            ResponseTimes = (await OrNoneAsync(samples) ?? []).Where(endpoint => endpoint.Times.Count > 0)
                .ToDictionary(endpoint => endpoint.Address.AbsolutePath, endpoint => endpoint.Times.Median),
        };

        Task<Check> EvaluateAsync(CheckDefinition definition, Func<Task<CheckOutcome>> measure) =>
            definition.EvaluateAsync(new CheckScope(_time, ct), async () => BaselineFilter.Apply(definition, await measure(), before));
    }

    private CheckDefinition[] Definitions(bool essentialsOnly) => essentialsOnly
        ? [CheckTable.HealthStatus, CheckTable.HealthMetrics, CheckTable.HealthMetricsDefined]
        : [.. Definitions(essentialsOnly: true), CheckTable.HealthResponseTime, CheckTable.HealthNo5xx, CheckTable.HealthTls,
            .. Resolve is null ? (CheckDefinition[])[] : [CheckTable.HealthAddresses]];

    private async Task<X509Certificate2Collection?> RootsAsync(CancellationToken ct) => ReadRoots is null ? null : await ReadRoots(ct);

    // An error of the measurement is the outcome of the checks that need it.
    private static async Task<T?> OrNoneAsync<T>(Task<T> measurement)
        where T : class
    {
        await ((Task)measurement).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return measurement.IsCompletedSuccessfully ? await measurement : null;
    }

    private Endpoint EndpointOf(Uri platform, string path, TimeSpan under)
    {
        TimeSpan generous = 5 * under;      // a slow response is still to be measured, not cut off
        return new Endpoint(http, Endpoint.AddressOf(platform, path), generous > LeastTimeout ? generous : LeastTimeout, _time);
    }
}
