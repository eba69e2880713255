using System.Diagnostics;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The live state and a rollout of somebody else, seen by cmdlets that write nothing.</summary>
public sealed class LookTests : SandboxedTest
{
    [Fact]
    public void All_targets_of_a_pipeline_and_of_one_call_are_shown()
    {
        var outcome = Run(
            "Get-RsolvTarget -ConfigurationPath ($folder + '/rsolv.yaml') | Get-RsolvDeployment; "
                + "Get-RsolvDeployment production, staging -ConfigurationPath ($folder + '/rsolv.yaml')").ThrowOnError();
        Assert.Equal(
            ["production Ready 2", "staging Ready 2", "production Ready 2", "staging Ready 2"],
            outcome.Output.Select(live => $"{live.Text("Target.Name")} {live.Text("State")} {live.Items("Pods").Count}"));
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void A_target_that_cannot_be_read_does_not_hide_the_others()
    {
        Sandbox.Objects.Delete(KindInfo.Deployments, "rsolv-staging", SandboxSeed.Deployment);
        var outcome = Run("'staging', 'production' | Get-RsolvDeployment -ConfigurationPath ($folder + '/rsolv.yaml'); "
            + "Get-RsolvDeployment staging, nowhere, production -ConfigurationPath ($folder + '/rsolv.yaml')");
        Assert.Equal(["production", "production"], outcome.Output.Select(live => live.Text("Target.Name")));
        Assert.Equal(
            ["NotFound", "NotFound", "TargetNotFound"], outcome.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void The_lock_and_the_last_known_good_release_are_shown()
    {
        Run("$target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false | Test-RsolvMetrics").ThrowOnError();
        var acquired = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        Sandbox.Change(
            KindInfo.Leases,
            $"rsolv-lock-{SandboxSeed.Deployment}",
            lease => lease["spec"] = new LeaseManifest("x", "ann@laptop run 7", acquired).ToJson()["spec"]!.DeepClone());
        Session.ForgetRequests();
        var live = Run("Get-RsolvDeployment $target").ThrowOnError().Output.Single();
        Assert.Equal("ann@laptop run 7 since 2026-11-24 12:00:00 UTC", live.Text("Lock"));
        Assert.Equal([Sandbox.Image(), Sandbox.Image()], [live.Text("LastKnownGood.Image"), live.Text("Release.Image")]);
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void A_deployment_is_a_row_of_80_columns()
    {
        var lines = Session.Render("Get-RsolvDeployment $target");
        Assert.All(lines, line => Assert.True(line.Length <= 80, $"'{line}' has {line.Length} columns."));
        Assert.Contains("State      Target       Revision   Pods Image", lines.Select(line => line.TrimEnd()));
        Assert.Contains(
            lines, line => line.StartsWith("Ready      production          1    2/2 rsolv-platform@", StringComparison.Ordinal));
    }

    [Fact]
    public void A_live_state_survives_clixml()
    {
        var outcome = Run("$live = Get-RsolvDeployment $target; "
            + "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live, 4)); "
            + "$live").ThrowOnError();
        Assert.Equal(outcome.Output[1].Text("Image"), outcome.Output[0].Text("Image"));
        Assert.Equal(2, outcome.Output[0].Items("Pods").Count);
    }

    [Fact]
    public void A_stopped_update_is_watched_to_its_end_without_a_write()
    {
        Sandbox.Faults.Inject(Fault.SlowStart, 1);
        var image = $"{Sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@"
            + Sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "other", "healthy").Digest;
        Sandbox.ChangeDeployment(deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);
        var outcome = Run("Watch-RsolvRollout $target -Verbose").ThrowOnError();
        var rollout = outcome.Of("Rollout");
        Assert.Equal(["Succeeded", image], [rollout.Text("Status"), rollout.Text("Image")]);
        Assert.NotEmpty(rollout.Items("Timeline"));
        Assert.Contains(outcome.Progress, record => record.Activity.StartsWith("Rolling out ", StringComparison.Ordinal));
        Assert.Contains(outcome.Verbose, line => line.StartsWith("complete: 2 of 2 ready", StringComparison.Ordinal));
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void A_failed_rollout_is_an_error_and_is_not_rolled_back()
    {
        var image = $"{Sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@"
            + Sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "broken", "crashloop").Digest;
        Sandbox.ChangeDeployment(deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);
        var outcome = Run("Watch-RsolvRollout $target").ThrowOnErrorBut("RolloutFailed");
        Assert.Equal("CrashLoop", outcome.Of("Rollout").Text("Diagnosis.Cause"));
        Assert.Equal(image, Sandbox.Image());
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public async Task Ctrl_c_ends_a_watch_within_two_seconds()
    {
        Sandbox.Faults.Inject(Fault.ProbeFails, -1);
        Sandbox.ChangeDeployment(deployment =>
            deployment["spec"]!["template"]!["metadata"]!["annotations"] = new System.Text.Json.Nodes.JsonObject { ["again"] = "yes" });
        long reached = 0;
        var watching = Session
            .RequestedAsync(request => request.Path.Contains("/pods?", StringComparison.Ordinal)
                && request.Path.Contains("watch=true", StringComparison.Ordinal))
            .ContinueWith(_ => reached = Stopwatch.GetTimestamp(), TaskScheduler.Default);
        var outcome = await Session.RunAndStopAsync(watching, "Watch-RsolvRollout $target")
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        Assert.InRange(Stopwatch.GetElapsedTime(reached), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
