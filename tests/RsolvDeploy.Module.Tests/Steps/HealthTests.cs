using System.Management.Automation;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Test-RsolvHealth in a session.</summary>
public class HealthTests : SandboxedTest
{
    [Fact]
    public void The_endpoints_of_a_healthy_platform_pass_and_nothing_is_written()
    {
        var health = Run("Test-RsolvHealth $target -Samples 3").ThrowOnError().Output.Single();

        Assert.Equal("Passed", health.Text("Verdict"));
        Assert.Equal(["Passed", "Passed"], [health.Checks()["health.response-time"], health.Checks()["health.addresses"]]);
        Assert.Matches(@"^/health: median \d+ ms, p95 \d+ ms, max \d+ ms of 3, limit 2000 ms; /metrics: ", ResponseTimes(health));
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void A_platform_that_fails_ends_a_script_with_error_action_stop()
    {
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var outcome = Run("Test-RsolvHealth $target -Samples 2 -ErrorAction Stop; 'not reached'");

        Assert.Equal("VerificationFailed", ErrorOf(outcome).FullyQualifiedErrorId.Split(',')[0]);
        Assert.DoesNotContain(outcome.Output, one => one.ToString() == "not reached");
    }

    [Fact]
    public void A_failed_verification_of_the_endpoints_blocks_the_next_step_but_not_a_rollback()
    {
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var outcome = Run("$target | Test-RsolvHealth -Samples 1 -OutVariable h -ErrorAction SilentlyContinue | Test-RsolvMetrics; $h");

        Assert.Equal(["Skipped", "Failed"], outcome.Output.Select(one => one.Text("Status")));
        Assert.StartsWith(
            "the verification failed: health.", outcome.Output[0].Items("Checks")[0].Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_samples_outside_of_its_range_is_refused() =>
        Assert.Contains("Samples", ErrorOf(Run("Test-RsolvHealth $target -Samples 0")).ToString(), StringComparison.Ordinal);

    private static ErrorRecord ErrorOf(Outcome outcome) => outcome.Ended ?? outcome.Errors.Single();

    private static string ResponseTimes(PSObject health) =>
        health.Items("Checks").Single(check => check.Text("Id") == "health.response-time").Text("Evidence");
}
