using System.Net;
using RsolvDeploy.Core.Tests.Checks;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Health;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>The verification of the endpoints as a step, against the sandbox and against platforms that are broken.</summary>
public sealed class HealthStepTests
{
    private static readonly string[] Ids =
    [
        "health.status", "health.metrics", "health.metrics-defined", "health.response-time", "health.no-5xx", "health.tls",
        "health.addresses",
    ];

    [Fact]
    public async Task A_healthy_sandbox_passes_and_5xx_are_counted_and_fail()
    {
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var front = new PlainFrontEnd(sandbox);

        StepOutcome passed = await RunAsync(front);
        // Two of the requests of the samples, whichever of them come first.
        sandbox.Faults.Inject(Fault.Platform5xx, 2);
        StepOutcome failed = await RunAsync(front);

        Assert.Equal(Verdict.Passed, Verification(passed).Verdict);
        Assert.Equal(Ids, Verification(passed).Checks.Select(check => check.Id));
        Assert.Null(passed.Error);
        ComparedValues.AssertFilled(Verification(passed).Checks);
        Assert.Equal((Verdict.Failed, "VerificationFailed"), (Verification(failed).Verdict, failed.Error?.Id));
        Assert.Equal(2, Sum(failed));

        // A request of health.status or health.metrics that failed is one of them.
        static long Sum(StepOutcome outcome) =>
            (long)Check(outcome, "health.no-5xx").Actual!
                + Verification(outcome).Checks.Take(2).Count(check => check.Evidence.Contains("responded 500", StringComparison.Ordinal))
                + (Check(outcome, "health.addresses").Evidence.Contains(": 500 in", StringComparison.Ordinal) ? 1 : 0);
    }

    [Fact]
    public async Task A_platform_that_redirects_to_a_login_page_fails_and_names_where_it_leads()
    {
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            http.Response.Redirect("https://login.test/");
            return Task.CompletedTask;
        });

        StepOutcome outcome = await RunAsync(server);

        Check status = Check(outcome, "health.status");
        Assert.Contains("responded 302 to https://login.test/", status.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("A redirect is not followed", status.Remedy, StringComparison.Ordinal);
        Assert.Equal(302L, status.Actual);
    }

    [Fact]
    public async Task A_slow_platform_fails_by_its_times_alone()
    {
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.IPv6Loopback, async http =>
        {
            if (http.Request.Path == "/health") await Task.Delay(60, http.RequestAborted);
            await PlatformServer.HealthyAsync(http);
        });

        StepOutcome outcome = await RunAsync(server, "[::1]", new HealthSettings { Under = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(
            ["health.response-time"],
            Verification(outcome).Checks.Where(check => check.Status == CheckStatus.Failed).Select(check => check.Id));
        Check time = Check(outcome, "health.response-time");
        Assert.Equal((50.0, "ms"), ((double)time.Expected!, time.Unit));
        Assert.True((double)time.Actual! >= 60, time.Evidence);
        Assert.Matches(@"^IPv6 ::1: 200 in", Check(outcome, "health.addresses").Evidence);
    }

    [Fact]
    public async Task The_number_of_samples_is_an_option_and_the_baseline_excuses_what_failed_before()
    {
        int requests = 0;
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            if (http.Request.Path != "/health") return PlatformServer.HealthyAsync(http);
            Interlocked.Increment(ref requests);
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        using var front = Front(server);

        StepOutcome outcome = await RunAsync(front, new HealthOptions { Samples = 3 });
        front.Previous = Verification(outcome) with
        {
            Status = StepStatus.Succeeded,
            Baseline = new Baseline { HealthFailing = ["health.status", "health.no-5xx"] },
        };
        StepOutcome excused = await RunAsync(front, new HealthOptions { Samples = 3 });

        Assert.Equal(2 * (3 + 2), requests);
        Assert.Equal(Verdict.Failed, Verification(outcome).Verdict);
        Assert.Equal((Verdict.Inconclusive, "VerificationInconclusive"), (Verification(excused).Verdict, excused.Error?.Id));
    }

    [Fact]
    public async Task Behind_a_step_that_failed_nothing_is_requested()
    {
        int requests = 0;
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http =>
        {
            Interlocked.Increment(ref requests);
            return PlatformServer.HealthyAsync(http);
        });
        using var front = Front(server);
        front.Previous = new Rollout(front.Target, front.RunId, StepStatus.Failed, []) { Image = "a@sha256:1" };

        Verification skipped = Verification(await RunAsync(front));

        Assert.Equal((StepStatus.Skipped, "a@sha256:1", 0), (skipped.Status, skipped.Image, requests));
        Assert.Equal(Ids, skipped.Checks.Select(check => check.Id));
        Assert.All(skipped.Checks, check => Assert.Equal("the update failed", check.Evidence));
    }

    private static async Task<StepOutcome> RunAsync(PlatformServer server, string host = "127.0.0.1", HealthSettings? health = null)
    {
        using var front = Front(server, host, health);
        return await RunAsync(front);
    }

    private static PlainFrontEnd Front(PlatformServer server, string host = "127.0.0.1", HealthSettings? health = null) =>
        new(new Target
        {
            Name = "production",
            ConfigurationPath = "/rsolv.yaml",
            Namespace = "rsolv",
            Deployment = "rsolv-platform",
            Environment = "production",
            Url = new Uri($"http://{host}:{server.Port}/"),
            Health = health ?? new HealthSettings(),
        });

    private static async Task<StepOutcome> RunAsync(PlainFrontEnd front, HealthOptions? options = null) =>
        (await front.RunAsync(StepInvocation.Create(new HealthStep(), options ?? new HealthOptions()))).Single();

    private static Verification Verification(StepOutcome outcome) => Assert.IsType<Verification>(outcome.Result);

    private static Check Check(StepOutcome outcome, string id) => Verification(outcome).Checks.Single(check => check.Id == id);
}
