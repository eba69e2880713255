using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Preflight;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>A measurement that throws is one failed check; the results of the others stay.</summary>
public sealed class ThrowingMeasurementTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_whose_upload_lies_on_a_host_that_does_not_resolve_fails_one_check_of_the_readiness()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var registry = new HealthServer(
            "{}", "202 Accepted", "Location: http://no-such-host.invalid:5000/v2/app/blobs/uploads/1\r\nDocker-Upload-UUID: 1");
        using var front = new PlainFrontEnd(sandbox);
        front.Target = front.Target with { Image = front.Target.Image! with { Repository = $"{registry.Url.Authority}/app" } };

        var readiness = await PreflightAsync(front);

        var failed = readiness.Checks.Single(check => check.Id == "environment.registry");
        Assert.Equal(CheckStatus.Failed, failed.Status);
        Assert.Contains(readiness.Checks, check => check is { Id: "environment.cluster", Status: CheckStatus.Passed });
        Assert.Equal(ReadinessVerdict.NotReady, readiness.Verdict);
    }

    [Fact]
    public async Task A_cluster_that_cannot_be_opened_fails_its_checks_and_leaves_the_others()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var front = new PlainFrontEnd(sandbox);
        front.Target = front.Target with { Context = "no-such-context" };

        var readiness = await PreflightAsync(front);
        var outcomes = await front.RunAsync(StepInvocation.Create(new VerificationStep(), new VerificationOptions()));

        Assert.Equal(CheckStatus.Failed, readiness.Checks.Single(check => check.Id == "environment.cluster").Status);
        Assert.Equal(CheckStatus.Passed, readiness.Checks.Single(check => check.Id == "environment.registry").Status);
        Assert.NotEmpty(outcomes[0].Result.Checks);
    }

    private static async Task<Readiness> PreflightAsync(PlainFrontEnd front)
    {
        var outcomes = await front.RunAsync(StepInvocation.Create(new PreflightStep(), new PreflightOptions()));
        front.Previous = null;
        return Assert.IsType<Readiness>(outcomes[0].Result);
    }
}
