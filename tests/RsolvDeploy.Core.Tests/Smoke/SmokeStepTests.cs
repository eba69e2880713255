using RsolvDeploy.Core.Tests.Checks;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Smoke;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>The smoke test as a step, against the sandbox and its faults.</summary>
public sealed class SmokeStepTests : IAsyncLifetime
{
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        // A scrape and an evaluation of the platform that serves now.
        await _sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task A_good_sandbox_passes_every_check_at_once()
    {
        Verification smoke = await RunAsync();

        Assert.All(smoke.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
        Assert.Equal(
            [
                "smoke.website", "smoke.api", "smoke.metrics", "smoke.logs", "smoke.database", "smoke.services", "smoke.prometheus",
                "smoke.dashboard", "smoke.alerts", "smoke.response-time", "smoke.metrics-time", "smoke.memory", "smoke.cpu",
                "smoke.no-gaps",
            ],
            smoke.Checks.Select(check => check.Id));
        ComparedValues.AssertFilled(smoke.Checks);
        Assert.Equal(Verdict.Passed, smoke.Verdict);
        // They begin together: the last one does not wait for the first.
        TimeSpan apart = smoke.Checks.Max(check => check.Started) - smoke.Checks.Min(check => check.Started);
        Assert.True(apart < Evidence(smoke, "smoke.memory").Duration, $"{apart}");
    }

    [Fact]
    public async Task Memory_that_grows_fails_alone()
    {
        _sandbox.Faults.Inject(Fault.MemoryGrowth, -1);

        AssertOnlyFailed(await RunAsync(), "smoke.memory");
    }

    [Fact]
    public async Task A_spike_of_the_cpu_fails_alone()
    {
        _sandbox.Faults.Inject(Fault.CpuSpike, -1);

        Verification smoke = await RunAsync(new Baseline { PodCpu = 0.05 });

        AssertOnlyFailed(smoke, "smoke.cpu");
        Assert.Contains("by 0.050 before the deployment", Evidence(smoke, "smoke.cpu").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_the_log_of_a_pod_fails_with_the_line()
    {
        Verification smoke = await RunAsync(change: target => target with { Rollout = target.Rollout with { LogErrors = ["(?i)promex"] } });

        AssertOnlyFailed(smoke, "smoke.logs");
        Check logs = Evidence(smoke, "smoke.logs");
        Assert.Equal((0L, 2L), (logs.Expected, logs.Actual));
        Assert.StartsWith("2 of 2 logs: rsolv-platform-", logs.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_that_stopped_are_a_gap()
    {
        _sandbox.Faults.Inject(Fault.ScrapeStale, -1);
        await _sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);

        Verification smoke = await RunAsync(change: target => target with
        {
            Prometheus = target.Prometheus! with { MaxScrapeAge = TimeSpan.FromSeconds(2) },
        });

        Assert.Equal(CheckStatus.Failed, Evidence(smoke, "smoke.prometheus").Status);
        Assert.NotEqual(CheckStatus.Passed, Evidence(smoke, "smoke.no-gaps").Status);
    }

    [Fact]
    public async Task A_dashboard_that_is_not_there_fails_and_a_refused_credential_is_an_error()
    {
        Verification missing = await RunAsync(change: target => target with { Grafana = target.Grafana! with { Dashboard = "other" } });
        Verification refused = await RunAsync(change: target => target with
        {
            Grafana = target.Grafana! with { Access = new ServiceAccessSettings() },
        });

        Assert.Equal(CheckStatus.Failed, Evidence(missing, "smoke.dashboard").Status);
        Assert.Equal(Verdict.Failed, missing.Verdict);
        Assert.Contains("GrafanaUnauthorized", Evidence(refused, "smoke.dashboard").Evidence, StringComparison.Ordinal);
        Assert.Equal(Verdict.Error, refused.Verdict);
    }

    [Fact]
    public async Task Without_anything_configured_only_the_pods_are_tested()
    {
        Verification smoke = await RunAsync(change: target => target with
        {
            Url = null,
            Prometheus = null,
            Grafana = null,
            Rollout = new RolloutSettings(),
        });

        Assert.Equal(
            ["smoke.memory", "smoke.cpu"],
            smoke.Checks.Where(check => check.Status != CheckStatus.Skipped).Select(check => check.Id));
        Assert.Equal(Verdict.Passed, smoke.Verdict);
    }

    private async Task<Verification> RunAsync(Baseline? baseline = null, Func<Target, Target>? change = null)
    {
        using var front = new PlainFrontEnd(_sandbox);
        front.Target = change?.Invoke(front.Target) ?? front.Target;
        if (baseline is not null)
            front.Previous = new Readiness(front.Target, front.RunId, ReadinessVerdict.Ready, []) { Baseline = baseline };
        StepOutcome outcome = (await front.RunAsync(StepInvocation.Create(new SmokeStep(), new SmokeOptions()))).Single();
        return Assert.IsType<Verification>(outcome.Result);
    }

    private static void AssertOnlyFailed(Verification smoke, string id)
    {
        Assert.Equal(Verdict.Failed, smoke.Verdict);
        Assert.All(
            smoke.Checks.Where(check => check.Id != id),
            check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
        Assert.Equal(CheckStatus.Failed, Evidence(smoke, id).Status);
    }

    private static Check Evidence(Verification smoke, string id) => smoke.Checks.Single(check => check.Id == id);
}
