using System.Collections.Concurrent;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Core.Tests.Security;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Health;
using RsolvDeploy.Measurements;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Preflight;
using RsolvDeploy.Runs;
using RsolvDeploy.Smoke;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Services;

/// <summary>
/// Every measuring step against a platform, a Prometheus, an Alertmanager, a Grafana and an API server that are all broken in one way: the
/// step has a result, and each check says by itself what it met.
/// </summary>
public sealed class HostileServerTests : IDisposable
{
    private readonly HostileServer _server = HostileServer.Responding(BrokenResponses.To);
    private readonly string _kubeconfig = Path.GetTempFileName();

    public HostileServerTests()
    {
        string List(Func<string, string> line) => string.Concat(BrokenResponses.Behaviours.Keys.Select(line));
        File.WriteAllText(
            _kubeconfig,
            "apiVersion: v1\nkind: Config\nusers: [{name: nobody, user: {}}]\nclusters:\n"
                + List(name => $"- {{name: {name}, cluster: {{server: '{AddressOf(name, late: false)}'}}}}\n")
                + "contexts:\n" + List(name => $"- {{name: {name}, context: {{cluster: {name}, user: nobody}}}}\n"));
    }

    public void Dispose()
    {
        _server.Dispose();
        File.Delete(_kubeconfig);
    }

    [Fact]
    public Task Health_has_a_result() => RunAllAsync(() => StepInvocation.Create(new HealthStep(), new HealthOptions()));

    [Fact]
    public Task Metrics_have_a_result() =>
        RunAllAsync(() => StepInvocation.Create(new VerificationStep(), new VerificationOptions()), late: true);

    [Fact]
    public Task A_dashboard_has_a_result() =>
        RunAllAsync(() => StepInvocation.Create(new DashboardStep(), new DashboardOptions()), late: true);

    [Fact]
    public Task A_smoke_test_has_a_result() => RunAllAsync(() => StepInvocation.Create(new SmokeStep(), new SmokeOptions()));

    [Fact]
    public Task A_measurement_has_a_result() =>
        RunAllAsync(() => StepInvocation.Create(new MeasurementStep(), new MeasurementOptions(TimeSpan.FromDays(1))), late: true);

    [Fact]
    public Task Readiness_has_a_result() => RunAllAsync(() => StepInvocation.Create(
        new PreflightStep(), new PreflightOptions { Image = $"sha256:{new string('0', 64)}" }));

    private async Task RunAllAsync(Func<StepInvocation> create, bool late = false)
    {
        var wrong = new ConcurrentBag<string>();
        var cases = BrokenResponses.Behaviours.Keys.SelectMany(name => late ? new[] { (name, false), (name, true) } : [(name, false)]);
        await Parallel.ForEachAsync(cases, TestContext.Current.CancellationToken, async (one, ct) =>
        {
            var (name, isLate) = one;
            var step = create();
            var clock = new ImmediateTime(DateTimeOffset.UtcNow);
            using var context = new StepContext(
                TargetOf(name, isLate),
                new StepJournal(
                    new PipelineJournal(new OpenLedgers()), step.Kind, TargetOf(name, isLate), RunId.New(clock.GetUtcNow())))
            {
                Clock = clock,
            };
            var outcome = await step.RunAsync(context, ct);
            foreach (var problem in ProblemsOf(outcome)) wrong.Add($"{name}{(isLate ? ", late" : "")}: {problem}");
        });
        Assert.True(wrong.IsEmpty, string.Join("\n", wrong.Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> ProblemsOf(StepOutcome outcome)
    {
        var checks = outcome.Result.Checks;
        if (checks.All(check => check.Status == CheckStatus.Skipped && check.Result != CheckResult.Unmeasured))
            yield return $"nothing was measured: {outcome.Error?.Message} {(checks.Count > 0 ? checks[0].Evidence : "")}";
        foreach (var check in checks.Where(check => check.Evidence == StepInvocation.SeeError))
            yield return $"{check.Id} has no result of its own: {outcome.Error?.Message}";
        // A defect of ours is no word about what is measured.
        foreach (var check in checks.Where(check => check.Evidence.Contains("Unexpected", StringComparison.Ordinal)))
            yield return $"{check.Id}: {check.Evidence}";
        foreach (var check in checks.Where(check => check.Evidence.Length == 0)) yield return $"{check.Id} says nothing";
        if (outcome.Error is { Id: "Unexpected" } error) yield return $"{error.InnerException}";
    }

    private Uri AddressOf(string behaviour, bool late) => new(_server.Address, BrokenResponses.PathOf(behaviour, late));

    private Target TargetOf(string behaviour, bool late)
    {
        var address = AddressOf(behaviour, late);
        return new Target
        {
            Name = behaviour,
            ConfigurationPath = "/rsolv.yaml",
            Kubeconfig = _kubeconfig,
            Context = behaviour,
            Namespace = "shop",
            Deployment = "shop",
            Environment = "production",
            Url = address,
            Image = new ImageSettings { Repository = $"{_server.Address.Authority}/{behaviour}/shop" },
            Insecure = [_server.Address.Authority],
            Health = new HealthSettings { Samples = 1 },
            Verification = new VerificationSettings { ConsecutiveErrorLimit = 0 },
            Prometheus = new PrometheusSettings { Url = address, Job = "shop" },
            Alertmanager = new AlertmanagerSettings { Url = address },
            Alerts = new AlertSettings("shop", 1, new Dictionary<string, string>()),
            Grafana = new GrafanaSettings { Url = address, Dashboard = "shop", EnvironmentVariable = "environment" },
            Metrics = new MetricSettings { Families = ["shop_requests_total"] },
        };
    }
}
