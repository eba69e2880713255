using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Module.Tests.Programs;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Which steps belong to one pipeline is known, not inferred.</summary>
public sealed class PipelineIdentityTests : SandboxedTest
{
    [Fact]
    public void A_step_of_an_earlier_pipeline_is_not_in_the_plan_of_the_next_one()
    {
        var update = Run(
            "$image = $target | Publish-RsolvImage -Phase one; $target | & { process { $_ } } | Update-RsolvDeployment -Image "
                + "$image.Reference -Confirm:$false")
            .ThrowOnError().Output.Single();
        var published = Run("$image.RunId").ThrowOnError().Output.Single().ToString();
        Assert.NotEqual(published, update.Text("RunId"));
        Assert.Equal(["Update: Succeeded"], Phases(update.Text("RunId")));
        Assert.Equal(["Publish: Succeeded"], Phases(published!));
    }

    [Fact]
    public async Task A_run_that_was_killed_is_resumed_without_the_steps_of_an_earlier_pipeline()
    {
        var tagged = Sandbox.Services.Images.Pushed.Tagged.Count;
        using var host = HostProgram.Start(
            "-Command", $"$c = '{Sandbox.ConfigurationPath}'; $image = Publish-RsolvImage production -Phase one -ConfigurationPath $c; "
                + "'production' | & { process { $_ } } | Update-RsolvDeployment -Image $image.Reference "
                + "-ConfigurationPath $c -Confirm:$false");
        await Session.RequestedAsync(request =>
            request.Method == "PATCH" && request.Path.Contains("/deployments/", StringComparison.Ordinal)
            && !request.Path.Contains("dryRun", StringComparison.Ordinal));
        host.Kill(); // SIGKILL
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        var published = Sandbox.Services.Images.Pushed.Tagged.Count - tagged;
        var died = Run("Get-RsolvRun -State Interrupted | Where-Object ConfigurationPath -eq $target.ConfigurationPath")
            .ThrowOnError().Output
            .Single();
        var rollout = Run($"Resume-RsolvDeployment {died.Text("RunId")} -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["Succeeded", died.Text("RunId")], [rollout.Text("Status"), rollout.Text("RunId")]);
        Assert.Equal(["Update: Succeeded"], Phases(died.Text("RunId")));
        Assert.Equal(published, Sandbox.Services.Images.Pushed.Tagged.Count - tagged);
    }

    [Fact]
    public void A_step_of_a_pipeline_inside_another_one_has_a_plan_of_its_own()
    {
        var outer = Run("""
            $outer = $target | Backup-RsolvState -Destination ($folder + '/backups') | ForEach-Object {
                $inner = Get-RsolvTarget staging -ConfigurationPath $target.ConfigurationPath | Backup-RsolvState -Destination ($folder + '/staging') -SkipDryRun
                $_
            } | Publish-RsolvImage -Phase nested
            $outer; $inner
            """).ThrowOnError().Output;
        Assert.Equal(["Backup: Succeeded", "Publish: Succeeded"], Phases(outer[0].Text("RunId")));
        Assert.Equal(["Backup: Succeeded"], Phases(outer[1].Text("RunId")));
    }

    [Fact]
    public void A_run_may_span_pipelines_and_keeps_each_plan()
    {
        var run = Run("""
            $run = Start-RsolvDeployment $target -Reason 'two pipelines'
            $null = $run | Backup-RsolvState -Destination ($folder + '/backups')
            $null = $run | Publish-RsolvImage -Phase two | Update-RsolvDeployment -Confirm:$false
            $run
            """).ThrowOnError().Output.Single();
        Assert.Equal(["Backup: Succeeded", "Publish: Succeeded", "Update: Succeeded"], Phases(run.Text("RunId")));
    }

    private IEnumerable<string?> Phases(string runId) =>
        Run($"Get-RsolvRun {runId}").ThrowOnError().Output.Single().Items("Phases").Select(phase => phase.ToString());
}
