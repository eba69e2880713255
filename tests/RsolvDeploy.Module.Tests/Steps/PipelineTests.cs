using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

public class PipelineTests : SandboxedTest
{
    private const string Deploy = "$target | Backup-RsolvState -OutVariable backup | Publish-RsolvImage -Phase test -OutVariable image | "
        + "Update-RsolvDeployment -Confirm:$false -OutVariable rollout | Test-RsolvMetrics -OutVariable verification; ";
    private const string Broken =
        "$target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -Confirm:$false ";

    [Fact]
    public void A_deployment_runs_from_end_to_end_in_one_run()
    {
        var outcome = Run(Deploy + "$backup; $image; $rollout").ThrowOnError();
        var (backup, image, rollout, verification) = (
            outcome.Of("StateBackup"), outcome.Of("PublishedImage"), outcome.Of("Rollout"), outcome.Of("Verification"));
        Assert.Equal("Passed", verification.Text("Verdict"));
        Assert.All(new[] { backup, image, rollout, verification }, step =>
        {
            Assert.Equal("Succeeded", step.Text("Status"));
            Assert.Equal(backup.Text("RunId"), step.Text("RunId"));
            // The release has a pending migration, which is a warning and fails nothing.
            Assert.All(step.Checks(), check => Assert.Equal(check.Key == "rollout.migrations" ? "Warning" : "Passed", check.Value));
        });
        Assert.Equal(image.Text("Reference"), rollout.Text("Image"));
        Assert.Equal(rollout.Text("Image"), verification.Text("Image"));
        Assert.All(rollout.Items("Pods"), pod => Assert.EndsWith(image.Text("Digest"), pod.Text("ImageId"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_crashing_release_is_diagnosed_and_undone()
    {
        var outcome = Run("$bad = " + Broken
            + "-ErrorAction SilentlyContinue; $bad; $bad | Undo-RsolvDeployment -Confirm:$false | Test-RsolvMetrics -OutVariable v");
        var rollout = outcome.Of("Rollout");
        Assert.Equal("Failed", rollout.Text("Status"));
        Assert.Equal("CrashLoop", rollout.Text("Diagnosis.Cause"));
        Assert.Equal("1", rollout.Text("Diagnosis.ExitCode"));
        Assert.Contains(
            rollout.Items("Diagnosis.LastLog"), line => line.ToString().Contains("could not start application", StringComparison.Ordinal));
        Assert.Equal("Passed", outcome.Of("Verification").Text("Verdict"));
    }

    [Fact]
    public void Rollback_on_failure_restores_the_previous_image()
    {
        var outcome = Run(Broken + "-RollbackOnFailure");
        var rollout = outcome.Of("Rollout");
        Assert.Equal("RolloutFailed,RsolvDeploy.Commands.UpdateRsolvDeploymentCommand", outcome.Errors.Single().FullyQualifiedErrorId);
        Assert.Equal("Succeeded", rollout.Text("Rollback.Status"));
        Assert.Equal(rollout.Text("PreviousImage"), rollout.Text("Rollback.Image"));
        Assert.Contains(
            $"It was rolled back to {rollout.Text("PreviousImage")}.", outcome.Errors.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_step_flows_and_the_next_ones_do_not_act()
    {
        Sandbox.Faults.Inject(Fault.RegistryDown, -1);
        var outcome = Run(
            "$target | Publish-RsolvImage -OutVariable image | Update-RsolvDeployment -Confirm:$false -OutVariable rollout | "
                + "Test-RsolvMetrics; $image; $rollout");
        Assert.Equal("Failed", outcome.Of("PublishedImage").Text("Status"));
        Assert.Equal("Skipped", outcome.Of("Rollout").Text("Status"));
        Assert.Equal("Skipped", outcome.Of("Verification").Text("Status"));
        Assert.All(
            outcome.Of("Verification").Items("Checks"),
            check => Assert.Contains("publish", check.Text("Evidence"), StringComparison.Ordinal));
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void A_rollback_to_a_backup_restores_its_pod_template()
    {
        var outcome = Run("$backup = Backup-RsolvState $target; $null = $target | Publish-RsolvImage | Update-RsolvDeployment "
            + "-Confirm:$false; $backup; $backup | Undo-RsolvDeployment -Confirm:$false").ThrowOnError();
        Assert.Equal(outcome.Of("StateBackup").Text("Image"), outcome.Of("Rollback").Text("Image"));
        Assert.Equal("Succeeded", outcome.Of("Rollback").Text("Status"));
    }

    [Fact]
    public void A_rollback_restores_the_named_revision()
    {
        var outcome = Run("$null = $target | Publish-RsolvImage | Update-RsolvDeployment -Confirm:$false; Undo-RsolvDeployment $target "
            + "-ToRevision 1 -Confirm:$false -Reason 'because'").ThrowOnError();
        var back = outcome.Of("Rollback");
        Assert.Equal("3", back.Text("Revision"));
        Assert.Equal("because", back.Text("Reason"));
        Assert.Contains("(revision 1)", back.Text("To"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_that_moves_after_the_publish_changes_nothing()
    {
        var image = Run("$global:image = Publish-RsolvImage $target -Phase moved; $image").ThrowOnError().Output.Single();
        foreach (var tag in image.Items("Tags")) Sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, tag.ToString(), "crashloop");
        var rollout = Run("$global:image | Update-RsolvDeployment -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["Succeeded", image.Text("Reference")], [rollout.Text("Status"), rollout.Text("Image")]);
        Assert.All(rollout.Items("Pods"), pod => Assert.EndsWith(image.Text("Digest"), pod.Text("ImageId"), StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_bind_by_property_name()
    {
        var outcome = Run(
            "$image = Publish-RsolvImage $target; [pscustomobject]@{ Target = $target; Reference = $image.Reference } | "
                + "Update-RsolvDeployment -Confirm:$false; [pscustomobject]@{ Target = $target; "
                + "ToRevision = 1 } | Undo-RsolvDeployment -Confirm:$false")
            .ThrowOnError();
        Assert.Equal("Succeeded", outcome.Of("Rollout").Text("Status"));
        Assert.Equal("Succeeded", outcome.Of("Rollback").Text("Status"));
    }

    [Fact]
    public void What_if_shows_the_change_and_makes_none()
    {
        Interface.Clear();
        var outcome = Run(
            "$target | Backup-RsolvState -WhatIf; $target | Publish-RsolvImage -WhatIf; $target | Update-RsolvDeployment -Image "
                + "production-20260101-000000 -WhatIf; Undo-RsolvDeployment $target -FromBackup nowhere -WhatIf");
        Assert.Equal(["Planned", "Planned", "Planned"], outcome.Output.Take(3).Select(step => step.Text("Status")));
        Assert.Empty(Session.Writes);
        Assert.False(Directory.Exists(Path.Combine(Sandbox.Folder, "backups")));
        Assert.Equal(3, Interface.Lines.Count(line => line.StartsWith("What if:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_change_of_production_asks_and_No_changes_nothing()
    {
        Interface.Answers.Enqueue(2); // Yes, Yes to All, No, …
        var outcome = Run("$ConfirmPreference = 'High'; $target | Update-RsolvDeployment -Image production-20260101-000000 -Confirm")
            .ThrowOnError();
        Assert.Single(Interface.Questions);
        Assert.Equal("Planned", outcome.Of("Rollout").Text("Status"));
        Assert.Empty(Session.Writes);
    }

    [Fact]
    public void Transport_faults_do_not_fail_a_rollout()
    {
        foreach (var fault in new[] { Fault.Watch410, Fault.CutWatch, Fault.Busy429, Fault.Unavailable503, Fault.Conflict409 })
            Sandbox.Faults.Inject(fault, 2);
        var outcome = Run("$target | Publish-RsolvImage | Update-RsolvDeployment -Confirm:$false").ThrowOnError();
        Assert.Equal("Succeeded", outcome.Of("Rollout").Text("Status"));
    }

    [Theory]
    [InlineData(Fault.CrashLoop, "CrashLoop", "Failed")]
    [InlineData(Fault.ImageNotFound, "ImageNotFound", "Failed")]
    [InlineData(Fault.ProbeFails, "ProbeFailing", "TimedOut")]
    [InlineData(Fault.SlowStart, "Timeout", "TimedOut")]
    public void A_broken_release_is_diagnosed(object fault, string cause, string status)
    {
        Sandbox.Faults.Inject((Fault)fault, -1);
        var outcome = Run(
            "$target | Publish-RsolvImage | Update-RsolvDeployment -Confirm:$false -Timeout 0:0:3 -ErrorAction SilentlyContinue");
        Assert.Equal(cause, outcome.Of("Rollout").Text("Diagnosis.Cause"));
        Assert.Equal(status, outcome.Of("Rollout").Text("Status"));
    }

    [Fact]
    public void Every_activity_that_is_shown_is_completed()
    {
        // The second release fails, and nothing of it stays on the screen.
        var outcome = Run(Deploy + Broken + "-ErrorAction SilentlyContinue");
        Assert.Contains(outcome.Progress, record => record.Activity.StartsWith("POD", StringComparison.Ordinal)
            && record.StatusDescription.EndsWith("AGE", StringComparison.Ordinal));
        Assert.All(
            outcome.Progress.GroupBy(record => record.Activity),
            activity => Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, activity.Last().RecordType));
    }

    [Fact]
    public void Progress_is_left_out_where_its_action_says_so()
    {
        Assert.Empty(Run("$target | Test-RsolvMetrics -ProgressAction Ignore").ThrowOnError().Progress);
        Assert.NotEmpty(Run("$target | Test-RsolvMetrics").ThrowOnError().Progress);
    }

    [Fact]
    public void No_secret_is_left_in_any_stream_or_file()
    {
        var outcome = Run(Deploy + "$backup; $image; $rollout; " + Broken + " -Verbose -ErrorAction Continue");
        var lines = Session.Render("$VerbosePreference = 'Continue'; $global:Error; Get-RsolvTarget -ConfigurationPath $args[0]");
        var printed = outcome.Errors.Select(error => error.ToString())
            .Concat(outcome.Verbose).Concat(outcome.Warnings).Concat(outcome.Information).Concat(lines)
            .Concat(outcome.Progress.Select(record => record.ToString()))
            .Concat(outcome.Output.SelectMany(step => step.Items("Checks").Select(check => check.Text("Evidence"))));
        Assert.DoesNotContain(printed, ContainsSecret);
        Assert.DoesNotContain(Session.Files(), file => ContainsSecret(file.Text));
    }

    private static bool ContainsSecret(string text) =>
        text.Contains("sbxsecret", StringComparison.Ordinal)
            || text.Contains(Convert.ToBase64String("sbxsecret"u8)[..11], StringComparison.Ordinal);
}
