using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Failures before a deployment flow down the pipeline and are not attributed to the deployment.</summary>
public class BaselineTests : SandboxedTest
{
    private const string Deploy = "$verified = $target | Test-RsolvEnvironment -Step Update -OutVariable readiness | "
        + "Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false | Test-RsolvMetrics; ";

    [Fact]
    public void An_endpoint_that_failed_before_neither_fails_the_deployment_nor_verifies_it()
    {
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var outcome = Run(Deploy + "$verified; (Get-RsolvHistory $target)[0]").ThrowOnErrorBut("VerificationFailed");
        var verified = outcome.Of("Verification");
        Assert.Equal(["Warning", "Warning"], [verified.Checks()["health.status"], verified.Checks()["health.metrics"]]);
        Assert.NotEqual("Passed", verified.Text("Verdict"));
        Assert.Contains("health.status", verified.Items("Baseline.HealthFailing").Select(one => one.ToString()));
        Assert.Equal("False", outcome.Output[^1].Text("Verified"));
    }

    [Fact]
    public void An_endpoint_that_fails_since_the_deployment_fails_it()
    {
        var before = Run("$readiness = Test-RsolvEnvironment $target -Step Update; $readiness").ThrowOnError().Output.Single();
        Assert.Contains(
            "/health responds in",
            before.Items("Checks").Single(check => check.Text("Id") == "environment.baseline").Text("Evidence"),
            StringComparison.Ordinal);
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var verified = Run("Test-RsolvMetrics $target -Baseline $readiness.Baseline")
            .ThrowOnErrorBut("VerificationFailed").Output.Single();
        Assert.Equal(["Failed", "Failed"], [verified.Text("Verdict"), verified.Checks()["health.status"]]);
    }

    [Fact]
    public async Task An_alert_that_fired_already_does_not_fail_the_deployment()
    {
        Sandbox.Faults.Inject(Fault.AlertFiring, -1);
        await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);
        var verified = Run(Deploy + "$verified").ThrowOnError().Output.Single();
        Assert.Equal("Warning", verified.Checks()["alerts.quiet"]);
        Assert.Equal("Passed", verified.Text("Verdict"));
        var alone = Run("Test-RsolvMetrics $target").Output.Single();
        Assert.Equal("Failed", alone.Checks()["alerts.quiet"]);
    }
}
