using RsolvDeploy.Checks;
using RsolvDeploy.Health;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>
/// The platform's own endpoints: <c>smoke.website</c>, <c>smoke.api</c>, <c>smoke.metrics</c>, <c>smoke.database</c>,
/// <c>smoke.services</c>, <c>smoke.response-time</c> and <c>smoke.metrics-time</c>.
/// </summary>
/// <param name="context">The step's context.</param>
internal sealed class PlatformChecks(StepContext context)
{
    private const int MostMetricsSamples = 3;
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(10);

    private readonly Target _target = context.Target;

    public async Task<IReadOnlyList<Check>> EvaluateAsync(CancellationToken ct)
    {
        if (_target.Url is not { } url)
            return [.. Definitions.Select(definition => definition.Skip("the target has no url", context.Clock))];

        using var http = PlatformAccess.Open(context.Services, _target);
        using var visitor = PlatformAccess.OpenWebsite(context.Services, _target);
        var website = EndpointOf(visitor, url, _target.Smoke.Website, _target.Health.Under);
        var api = EndpointOf(http, url, _target.Smoke.Api, _target.Health.Under);
        var health = EndpointOf(http, url, _target.Health.Path, _target.Health.Under);
        var metrics = EndpointOf(http, url, _target.MetricsEndpoint.Path, _target.MetricsEndpoint.Under);
        var document = HealthStatusCheck.GetAsync(health, ct);
        // One after the other: what is measured is the platform, and not the load of these requests.
        var samples = SampleAsync([website, api, health], _target.Health.Under, _target.Health.Samples, ct);
        var metricsSamples = SampleAsync(
            [metrics], _target.MetricsEndpoint.Under, Math.Min(_target.Health.Samples, MostMetricsSamples), ct);
        return await Task.WhenAll(
            EvaluateAsync(CheckTable.SmokeWebsite, () => new WebsiteCheck(visitor, context.Clock).EvaluateAsync(website, ct)),
            EvaluateAsync(
                CheckTable.SmokeApi,
                async () => HealthStatusCheck.Judge(api, await HealthStatusCheck.GetAsync(api, ct), [])),
            EvaluateAsync(CheckTable.SmokeMetrics, () => JudgeMetricsAsync(metrics, ct)),
            EvaluateAsync(CheckTable.SmokeDatabase, async () => DocumentParts.JudgeDatabase(_target, await document)),
            EvaluateAsync(CheckTable.SmokeServices, async () => DocumentParts.JudgeServices(_target, await document)),
            EvaluateAsync(CheckTable.SmokeResponseTime, async () => ResponseCheck.JudgeTimes(await samples, Before)),
            EvaluateAsync(CheckTable.SmokeMetricsTime, async () => ResponseCheck.JudgeTimes(await metricsSamples, Before)));

        Task<Check> EvaluateAsync(CheckDefinition definition, Func<Task<CheckOutcome>> measure) =>
            context.EvaluateAsync(definition, measure, ct);
    }

    private IReadOnlyDictionary<string, TimeSpan>? Before => context.Baseline?.ResponseTimes;

    private async Task<CheckOutcome> JudgeMetricsAsync(Endpoint metrics, CancellationToken ct)
    {
        var read = await MetricsEndpointCheck.GetAsync(metrics, _target.MetricsEndpoint.FallbackScrapeProtocol, ct);
        return WorstOutcome.From(
            MetricsEndpointCheck.JudgeText(metrics, read),
            MetricsEndpointCheck.JudgeFamilies(_target.Metrics.Families, read) with { Unit = CheckTable.HealthMetricsDefined.Unit });
    }

    private static async Task<IReadOnlyList<ResponseSamples>> SampleAsync(
        IReadOnlyList<Endpoint> endpoints, TimeSpan under, int count, CancellationToken ct)
    {
        var samples = new List<ResponseSamples>();
        foreach (var endpoint in endpoints.DistinctBy(one => one.Address))
            samples.Add(await ResponseCheck.SampleAsync(endpoint, under, count, ct));
        return samples;
    }

    private Endpoint EndpointOf(HttpClient http, Uri url, string path, TimeSpan under) =>
        new(http, Endpoint.AddressOf(url, path), 5 * under > LeastTimeout ? 5 * under : LeastTimeout, context.Clock)
        {
            ReadsEveryStatus = path == _target.Health.Path,
        };

    private static CheckDefinition[] Definitions =>
    [
        CheckTable.SmokeWebsite, CheckTable.SmokeApi, CheckTable.SmokeMetrics, CheckTable.SmokeDatabase, CheckTable.SmokeServices,
        CheckTable.SmokeResponseTime, CheckTable.SmokeMetricsTime,
    ];
}
