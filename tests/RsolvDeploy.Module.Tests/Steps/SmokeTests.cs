using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Test-RsolvSmoke in a session.</summary>
public class SmokeTests : SandboxedTest
{
    [Fact]
    public void A_release_that_is_well_passes_behind_its_update_and_nothing_is_written_by_the_test()
    {
        var outcome = Run(
            "$r = Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false; $r | Test-RsolvSmoke").ThrowOnError();
        var smoke = outcome.Output.Single();

        Assert.Equal(["Passed", "14"], [smoke.Text("Verdict"), $"{smoke.Checks().Count}"]);
        Assert.All(smoke.Checks(), check => Assert.Equal("Passed", check.Value));
        Session.ForgetRequests();
        Run("Test-RsolvSmoke $target").ThrowOnError();
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void A_smoke_test_that_fails_is_an_error_that_names_the_check()
    {
        Sandbox.Faults.Inject(Fault.MemoryGrowth, -1);
        var outcome = Run("Test-RsolvSmoke $target").ThrowOnErrorBut("VerificationFailed");

        Assert.StartsWith("production did not pass: smoke.memory: ", outcome.Errors.Single().ToString(), StringComparison.Ordinal);
        Assert.Equal("Failed", outcome.Output.Single().Checks()["smoke.memory"]);
    }
}
