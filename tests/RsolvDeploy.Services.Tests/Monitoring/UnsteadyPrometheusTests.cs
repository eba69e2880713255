using System.Net;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>A real Prometheus that is slow, restarts, or has a certificate that is not valid here.</summary>
public sealed class UnsteadyPrometheusTests
{
    private static readonly string[] Failing = ["prometheus.target", "prometheus.scrape", "alerts.loaded", "alerts.quiet"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_one_is_waited_for()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await StartAsync(platform);
        await using SlowProxy slow = await SlowProxy.StartAsync(prometheus.Address, TimeSpan.FromSeconds(2), Ct);

        Verification verification = await PrometheusTargets.VerifyAsync(
            PrometheusTargets.Create(platform.Address, slow.Address), null, Ct);

        Assert.All(verification.Checks, check => Assert.True(check.Status == CheckStatus.Passed, $"{check}: {check.Evidence}"));
    }

    [Fact]
    public async Task One_that_restarts_is_asked_again_until_it_responds()
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await StartAsync(platform);
        await prometheus.StopAsync();
        Target target = PrometheusTargets.Create(platform.Address, prometheus.Address) with { Verification = new VerificationSettings() };
        var refused = new RefusalReporter();

        Task<Verification> verifying = PrometheusTargets.VerifyAsync(target, null, Ct, refused);
        await refused.Seen.WaitAsync(Ct);
        await prometheus.StartAgainAsync(Ct);
        Verification verification = await verifying;

        Assert.Equal(Verdict.Passed, verification.Verdict);
        // Whichever was refused first was measured again; the others may have asked when Prometheus was back.
        Assert.Contains(verification.Checks, check =>
            check.Evidence.Contains("1 of 1 measurements passed, ", StringComparison.Ordinal)
            && check.Evidence.Contains("without a response", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1", 30, "UntrustedRoot")]
    [InlineData("127.0.0.1", -1, "NotTimeValid")]
    [InlineData("10.1.2.3", 30, "RemoteCertificateNameMismatch")]
    public async Task One_whose_certificate_is_not_valid_here_is_an_error_at_once(string host, int days, string reason)
    {
        await using PrometheusPlatform platform = await PrometheusPlatform.StartAsync("production", Ct);
        await using PrometheusProgram prometheus = await PrometheusServer.StartAsync(
            new PrometheusSetup($"[{{ targets: ['{platform.Address.Authority}'] }}]", PrometheusRuleFile.With(PrometheusRuleFile.Quiet))
            {
                Tls = ServerCertificate.Create(IPAddress.Parse(host), DateTimeOffset.UtcNow.AddDays(days)),
            },
            Ct);
        Target target = PrometheusTargets.Create(platform.Address, prometheus.Address) with { Verification = new VerificationSettings() };

        Verification verification = await PrometheusTargets.VerifyAsync(target, null, Ct);

        Assert.Equal(Verdict.Error, verification.Verdict);
        Assert.All(Failing, id =>
        {
            Assert.StartsWith("Not measured (PrometheusUntrusted): ", verification.Find(id).Evidence, StringComparison.Ordinal);
            Assert.Contains(reason, verification.Find(id).Evidence, StringComparison.Ordinal);
        });
    }

    private static Task<PrometheusProgram> StartAsync(PrometheusPlatform platform) =>
        PrometheusServer.StartAsync(platform.Address.Authority, PrometheusRuleFile.With(PrometheusRuleFile.Quiet), null, Ct);

    /// <summary>Shows when a check could not be measured for the first time.</summary>
    private sealed class RefusalReporter : IReporter
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        void IReporter.Progress(ProgressUpdate update)
        {
        }

        void IReporter.Verbose(string message)
        {
            if (message.Contains("PrometheusUnreachable", StringComparison.Ordinal)) _seen.TrySetResult();
        }

        void IReporter.Warning(string message)
        {
        }

        void IReporter.Information(string message)
        {
        }
    }
}
