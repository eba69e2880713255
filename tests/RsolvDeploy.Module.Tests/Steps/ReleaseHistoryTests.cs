using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The release history: one run at a time, every release recorded, rollbacks to the last known good one.</summary>
public class ReleaseHistoryTests : SandboxedTest
{
    private const string Good = "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false -Reason 'ticket "
        + "7'; $v = $good | Test-RsolvMetrics; ";
    private const string Bad = "$bad = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | "
        + "Update-RsolvDeployment -Confirm:$false -ErrorAction SilentlyContinue; ";

    [Fact]
    public void Undo_restores_the_last_known_good_release_also_twice()
    {
        // A second bad release, another image than the first.
        var again = "[System.IO.File]::WriteAllText($folder + '/app-broken/release/VERSION', 'another'); " + Bad;
        var outcome = Run(Good + Bad + again
            + "$good; $bad | Undo-RsolvDeployment -Confirm:$false -OutVariable u; Undo-RsolvDeployment $target -Confirm:$false "
            + "-OutVariable w; Get-RsolvHistory $target")
            .ThrowOnErrorBut("NoOtherRelease");
        var good = outcome.Output[0].Text("Image");
        var (undone, twice) = (outcome.Output[1], outcome.Output[2]);
        Assert.Equal(["Succeeded", good], [undone.Text("Status"), undone.Text("Image")]);
        Assert.Contains("the last known good release, deployed by", undone.Text("Choice"), StringComparison.Ordinal);
        // A second rollback stays at the last known good release, and names the others.
        Assert.Equal("Failed", twice.Text("Status"));
        Assert.Contains("the last known good release already runs", outcome.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        var history = outcome.Output.Skip(3).ToList();
        Assert.Equal(["Succeeded", "Failed", "Failed", "Succeeded"], history.Select(release => release.Text("Status")));
        Assert.Equal(["False", "False", "False", "True"], history.Select(release => release.Text("Verified")));
        Assert.Equal(["True", "ticket 7"], [history[0].Text("IsRollback"), history[^1].Text("Reason")]);
    }

    [Fact]
    public void Rollback_on_failure_skips_releases_that_were_never_good()
    {
        var outcome = Run(Good + Bad
            + "$good; $target | Publish-RsolvImage -Phase worse -ContextPath ($folder + '/app-broken') -NoCache | Update-RsolvDeployment "
            + "-Image production-latest -RollbackOnFailure -Confirm:$false -ErrorAction SilentlyContinue");
        Assert.Equal(outcome.Output[0].Text("Image"), outcome.Output[1].Text("Rollback.Image"));
    }

    [Fact]
    public async Task The_evidence_contains_what_is_gone_afterwards_and_no_secret()
    {
        await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken); // Prometheus has scraped once
        Sandbox.ChangeDeployment(deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] =
            JsonNode.Parse("""[{ "name": "PLAIN_PASSWORD", "value": "sbxsecret-in-env" }]"""));
        var undone = Run(Bad + "$bad | Undo-RsolvDeployment -Confirm:$false").ThrowOnError().Output.Single();
        var folder = undone.Text("Evidence");
        Assert.Equal(
            [
                "deployment.json", "events.json", "health.txt", "index.txt", "metrics.json", "pods.json", "pods.txt", "replicasets.json",
                "template-diff.txt",
            ],
            Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var logs = string.Concat(Directory.EnumerateFiles(Path.Combine(folder, "logs")).Select(File.ReadAllText));
        Assert.Contains("the runtime terminated", logs, StringComparison.Ordinal);
        Assert.Contains(
            "BackOff",
            await File.ReadAllTextAsync(Path.Combine(folder, "events.json"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        var described = await File.ReadAllTextAsync(Path.Combine(folder, "pods.txt"), TestContext.Current.CancellationToken);
        Assert.Contains("Last state: terminated, exitCode 1", described, StringComparison.Ordinal);
        Assert.Contains("Variable PLAIN_PASSWORD: (not shown: 16 characters", described, StringComparison.Ordinal);
        var difference = await File.ReadAllTextAsync(Path.Combine(folder, "template-diff.txt"), TestContext.Current.CancellationToken);
        Assert.Contains("+ spec.containers.rsolv-platform.image:", difference, StringComparison.Ordinal);
        Assert.DoesNotContain("PLAIN_PASSWORD", difference, StringComparison.Ordinal);
        Assert.StartsWith(
            "GET http",
            await File.ReadAllTextAsync(Path.Combine(folder, "health.txt"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"value\": \"1\"",
            await File.ReadAllTextAsync(Path.Combine(folder, "metrics.json"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"exitCode\": 1",
            await File.ReadAllTextAsync(Path.Combine(folder, "pods.json"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(
                "sbxsecret", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_rollout_that_fails_without_a_rollback_saves_its_evidence_and_its_error_names_it()
    {
        var failed = Run(
            "$target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -Confirm:$false");
        var folder = failed.Output.Single().Text("Evidence");
        Assert.True(File.Exists(Path.Combine(folder, "pods.txt")));
        Assert.Contains(folder, failed.ThrowOnErrorBut("RolloutFailed").Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deployment_that_another_run_has_locked_is_not_changed()
    {
        Sandbox.Create(new LeaseManifest("rsolv-lock-rsolv-platform", "ann@laptop run 1", DateTimeOffset.UtcNow));
        var refused = Run("Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false");
        Assert.StartsWith("DeploymentLocked,", Assert.Single(refused.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("ann@laptop", refused.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(Session.Changes);
        var broken = Run("Update-RsolvDeployment $target -Image production-20260102-000000 -BreakLock -Confirm:$false; "
            + "(Get-RsolvHistory $target)[0].Reason").ThrowOnError();
        Assert.Equal("Succeeded", broken.Output[0].Text("Status"));
        Assert.Contains("ann@laptop", broken.Output[1].ToString(), StringComparison.Ordinal);
        Assert.Contains(broken.Warnings, line => line.Contains("ann@laptop", StringComparison.Ordinal));
    }

    [Fact]
    public void Undo_rolls_back_to_the_named_digest()
    {
        var undone = Run("Undo-RsolvDeployment $target -ToDigest production-20260102-000000 -Confirm:$false")
            .ThrowOnError().Output
            .Single();
        Assert.Equal("Succeeded", undone.Text("Status"));
        Assert.Contains("only the image is set", undone.Text("Choice"), StringComparison.Ordinal);
    }
}
