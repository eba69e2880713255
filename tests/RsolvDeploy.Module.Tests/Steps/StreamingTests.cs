using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A result is output before the next target is touched, and a pipeline that stops there touches no further one.</summary>
public class StreamingTests(SharedSession shared) : SandboxedTest(shared), IClassFixture<SharedSession>
{
    [Theory]
    [InlineData("'production', 'staging' | Get-RsolvDeployment -ConfigurationPath $path")]
    [InlineData("'production', 'staging' | Test-RsolvMetrics -ConfigurationPath $path")]
    [InlineData("Test-RsolvMetrics production, staging -ConfigurationPath $path")]
    [InlineData("Test-RsolvEnvironment * -ConfigurationPath $path")]
    [InlineData("Backup-RsolvState * -ConfigurationPath $path")]
    [InlineData("Watch-RsolvRollout production, staging -ConfigurationPath $path")]
    public void The_first_result_comes_before_the_second_target_is_read(string command)
    {
        Session.ForgetRequests();
        var outcome = Run(
            $"$path = $target.ConfigurationPath; :first do {{ {command} | ForEach-Object {{ $_; break first }} }} while ($false)");
        Assert.Equal("production", outcome.ThrowOnError().Output.Single().Text("Target.Name"));
        Assert.NotEmpty(Session.Requests);
        Assert.DoesNotContain(Session.Requests, request => request.Path.Contains("rsolv-staging", StringComparison.Ordinal));
    }
}
