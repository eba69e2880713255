using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Scripts that deploy behind a verification of the environment, and what they do when it fails.</summary>
public abstract class EnvironmentTest : SandboxedTest
{
    private protected const string Deploy = " | Test-RsolvEnvironment -OutVariable readiness | Backup-RsolvState | Publish-RsolvImage "
        + "-Phase test | Update-RsolvDeployment -Confirm:$false";

    protected EnvironmentTest()
    {
    }

    protected EnvironmentTest(SharedSession shared)
        : base(shared)
    {
    }

    /// <summary>A script that deploys with one replacement in the configuration.</summary>
    internal static string Edited(string what, string by, string? command = null) =>
        $"""
        $edited = $folder + '/edited.yaml'
        [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace('{what}', '{by}'))
        Get-RsolvTarget production -ConfigurationPath $edited{(command is null ? Deploy + "; $readiness" : " | " + command)}
        """;

    private protected void AssertRefused(Outcome outcome, string id, string text = "")
    {
        Assert.Null(outcome.Ended);
        var error = Assert.Single(outcome.Errors);
        Assert.StartsWith("EnvironmentNotReady,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(id, error.ErrorDetails.Message, StringComparison.Ordinal);
        var readiness = outcome.Output[^1];
        Assert.Equal("NotReady", readiness.Text("Verdict"));
        var failed = readiness.Items("Checks").First(check => check.Text("Id") == id);
        Assert.Equal("Failed", failed.Text("Status"));
        Assert.False(string.IsNullOrWhiteSpace(failed.Text("Remedy")));
        Assert.Contains(text, failed.Text("Evidence"), StringComparison.Ordinal);
        Assert.Equal("Skipped", outcome.Output[0].Text("Status"));
        Assert.Contains(
            "verification of the environment failed", outcome.Output[0].Items("Checks")[0].Text("Evidence"), StringComparison.Ordinal);
        Assert.Empty(Session.Changes);
    }
}
