using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>The target of the tests, and its verification.</summary>
internal static class PrometheusTargets
{
    public static readonly MetricRise[] Rises =
    [
        new("validation", "rsolv_validation_executions_total", 1),
        new("mitigation", "rsolv_mitigation_executions_total", 1),
        new("trust-score", "rsolv_mitigation_trust_score_value_sum", 95),
    ];

    public static Target Create(Uri platform, Uri prometheus) => new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "rsolv-production",
        Deployment = "rsolv-platform",
        Environment = "production",
        Url = platform,
        Prometheus = new PrometheusSettings { Job = "rsolv-platform", Url = prometheus },
        Alerts = new AlertSettings("rfc_060*", 9, new Dictionary<string, string> { ["rfc"] = "060" }),
        Metrics = new MetricSettings
        {
            Families = ["rsolv_validation_*", "rsolv_mitigation_*"],
            Labels = ["repo", "language", "framework", "environment"],
            Rises = Rises,
        },
        Verification = new VerificationSettings { ConsecutiveErrorLimit = 0 },
    };

    public static async Task<Verification> VerifyAsync(
        Target target, Baseline? before, CancellationToken ct, IReporter? reporter = null, ReleasePods? pods = null)
    {
        using var verifier = MetricsVerifier.Connect(target, ServiceAccess.Anonymous(), TimeProvider.System, pods);
        return await verifier.VerifyAsync(target, before, "20261124-080000-abcdef", reporter ?? SilentReporter.Instance, ct);
    }

    public static async Task WaitForAsync(PrometheusProgram prometheus, Func<PrometheusClient, Task<bool>> condition, CancellationToken ct)
    {
        using var client = PrometheusClient.Open(
            new PrometheusSettings { Job = "rsolv-platform", Url = prometheus.Address }, ServiceAccess.Anonymous());
        Assert.True(
            await Polling.UntilAsync(() => condition(client), TimeSpan.FromSeconds(60), ct),
            "Prometheus did not reach the state that the test needs.");
    }

    public static Check Find(this Verification verification, string id) => verification.Checks.Single(check => check.Id == id);
}
