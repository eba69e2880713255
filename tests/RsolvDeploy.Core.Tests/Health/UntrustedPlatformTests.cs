using System.Net;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Health;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Smoke;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>A platform whose certificate is not valid shows nothing of the release: an error that names it, and no rollback.</summary>
public sealed class UntrustedPlatformTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _root = TestCertificates.Issue("Unknown Root", null, Now.AddDays(-30), Now.AddDays(300));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("localhost", -1, "NotTimeValid", "expired")]
    [InlineData("other.test", 90, "RemoteCertificateNameMismatch", "not for the host localhost")]
    [InlineData("localhost", 90, "PartialChain", "chain not trusted")]
    public async Task Every_verification_is_an_error_and_a_person_decides(string host, int days, string reason, string fault)
    {
        using var certificate = TestCertificates.Issue(host, _root, Now.AddDays(-9), Now.AddDays(days));
        await using var server = await PlatformServer.StartAsync(IPAddress.Loopback, PlatformServer.HealthyAsync, certificate);
        using var front = new PlainFrontEnd(TargetOf(server));

        var outcomes = await Task.WhenAll(
            RunAsync(front, StepInvocation.Create(new VerificationStep(), new VerificationOptions())),
            RunAsync(front, StepInvocation.Create(new HealthStep(), new HealthOptions { Samples = 1 })),
            RunAsync(front, StepInvocation.Create(new SmokeStep(), new SmokeOptions())));

        var verified = Assert.IsType<Verification>(outcomes[0].Result);
        Assert.Equal((Verdict.Error, "VerificationError"), (verified.Verdict, outcomes[0].Error?.Id));
        // Pods and logs are the cluster's, which is not there.
        var unmeasured = outcomes.SelectMany(one => one.Result.Checks).Where(check => check.Result == CheckResult.Unmeasured
            && !check.Evidence.Contains("KubeconfigNotFound", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [
                "health.addresses", "health.metrics", "health.metrics-defined", "health.no-5xx", "health.response-time", "health.status",
            ],
            unmeasured.Select(check => check.Id).Where(id => id.StartsWith("health.", StringComparison.Ordinal)).Distinct().Order());
        Assert.Contains(unmeasured, check => check.Id == "smoke.website");
        foreach (var check in unmeasured)
        {
            Assert.StartsWith(
                "Not measured (PlatformUntrusted): The certificate of https://localhost:", check.Evidence, StringComparison.Ordinal);
            Assert.Contains(reason, check.Evidence, StringComparison.Ordinal);
            Assert.Contains("Renew the certificate", check.Remedy, StringComparison.Ordinal);
        }

        var health = Assert.IsType<Verification>(outcomes[1].Result);
        Assert.Equal(["health.tls"], health.Checks.Where(check => check.Result == CheckResult.NotMet).Select(check => check.Id));
        Assert.Contains(fault, health.Checks.Single(check => check.Id == "health.tls").Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain(outcomes[2].Result.Checks, check => check.Result == CheckResult.NotMet);
        using var context = new StepContext(front.Target, JournalOf(front.Target, StepKind.Health));
        var decisions = new Decisions();
        foreach (var outcome in outcomes)
        {
            var policy = new FailurePolicy(new PipelineJournal(new OpenLedgers()), decisions);
            Assert.Equal(PolicyAction.Stop, await policy.DecideAsync(context, outcome, isReleaseChanged: true, Ct));
        }

        Assert.Equal(3, decisions.Asked);
        var failed = CheckTable.HealthNo5xx.ToCheck(CheckOutcome.NotMet("1 of 1 is 5xx", null), CheckTimer.Start(TimeProvider.System));
        var worse = health with { Checks = [.. health.Checks, failed] };
        Assert.Equal(
            PolicyAction.RollBack,
            await new FailurePolicy(new PipelineJournal(new OpenLedgers()), decisions)
                .DecideAsync(context, new StepOutcome(worse, outcomes[1].Error), isReleaseChanged: true, Ct));
    }

    [Fact]
    public async Task No_trigger_fires()
    {
        using var certificate = TestCertificates.Issue("localhost", _root, Now.AddDays(-9), Now.AddDays(-1));
        await using var server = await PlatformServer.StartAsync(IPAddress.Loopback, PlatformServer.HealthyAsync, certificate);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var target = TargetOf(server);
        var reporter = new StopAtWarning(stop);
        using var context = new StepContext(target, JournalOf(target, StepKind.Watch)) { Reporter = reporter };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new EndpointTrigger(context, new Uri(target.Url!, "health"), new FailureTrigger(1, TimeSpan.FromSeconds(1)))
                .WatchAsync(outcome => throw new InvalidOperationException(outcome.Evidence), stop.Token));

        Assert.Contains("The certificate of https://localhost:", reporter.Text, StringComparison.Ordinal);
    }

    private static async Task<StepOutcome> RunAsync(PlainFrontEnd front, StepInvocation step)
    {
        using var context = new StepContext(front.Target, JournalOf(front.Target, step.Kind));
        return await step.RunAsync(context, Ct);
    }

    private static StepJournal JournalOf(Target target, StepKind kind) =>
        new(new PipelineJournal(new OpenLedgers()), kind, target, RunId.New(Now));

    private static Target TargetOf(PlatformServer server) => new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Kubeconfig = "/nowhere",
        Namespace = "shop",
        Deployment = "shop",
        Environment = "production",
        Url = new Uri($"https://localhost:{server.Port}/"),
        Verification = new VerificationSettings { ConsecutiveErrorLimit = 0 },
    };

    private sealed class Decisions : IDecisions
    {
        public int Asked { get; private set; }

        public Task<PolicyAction> DecideAsync(Decision decision, CancellationToken ct)
        {
            Asked++;
            return Task.FromResult(decision.Configured);
        }
    }

    private sealed class StopAtWarning(CancellationTokenSource stop) : IReporter
    {
        public string Text { get; private set; } = "";

        public void Progress(ProgressUpdate update)
        {
        }

        public void Verbose(string message)
        {
        }

        public void Information(string message)
        {
        }

        public void Warning(string message)
        {
            Text = message;
            stop.Cancel();
        }
    }
}
