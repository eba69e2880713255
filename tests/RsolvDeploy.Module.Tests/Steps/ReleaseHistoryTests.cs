using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>One at a time, remembered, and back to good ground.</summary>
public class ReleaseHistoryTests
{
    private const string Good = "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false -Reason 'ticket 7'; $v = $good | Test-RsolvMetrics; ";
    private const string Bad = "$bad = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -Confirm:$false -ErrorAction SilentlyContinue; ";

    [Fact]
    public async Task Undo_lands_on_the_release_that_was_verified_good_also_twice()
    {
        await using var with = await SandboxedSession.StartAsync();
        // A second bad release, another image than the first.
        var again = "[System.IO.File]::WriteAllText($folder + '/app-broken/release/VERSION', 'another'); " + Bad;
        var outcome = with.Run(Good + Bad + again + "$good; $bad | Undo-RsolvDeployment -Confirm:$false -OutVariable u; Undo-RsolvDeployment $target -Confirm:$false -OutVariable w; Get-RsolvHistory $target").ThrowOnError();
        var good = outcome.Output[0].Text("Image");
        var (undone, twice) = (outcome.Output[1], outcome.Output[2]);
        Assert.Equal(["Succeeded", good], [undone.Text("Status"), undone.Text("Image")]);
        Assert.Contains("the last release verified good, deployed by", undone.Text("Choice"), StringComparison.Ordinal);
        // A second time it stays on good ground.
        Assert.Equal(["Succeeded", good, "it already runs the last release verified good"], [twice.Text("Status"), twice.Text("Image"), twice.Text("Choice")]);
        var history = outcome.Output.Skip(3).ToList();
        Assert.Equal(["Succeeded", "Failed", "Failed", "Succeeded"], history.Skip(1).Select(release => release.Text("Status")));
        Assert.Equal(["False", "False", "False", "True"], history.Skip(1).Select(release => release.Text("Verified")));
        Assert.Equal(["True", "ticket 7"], [history[1].Text("IsRollback"), history[^1].Text("Reason")]);
    }

    [Fact]
    public async Task Rollback_on_failure_passes_over_what_was_never_good()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run(Good + Bad + "$good; $target | Publish-RsolvImage -Phase worse -ContextPath ($folder + '/app-broken') -NoCache | Update-RsolvDeployment -Image production-latest -RollbackOnFailure -Confirm:$false -ErrorAction SilentlyContinue");
        Assert.Equal(outcome.Output[0].Text("Image"), outcome.Output[1].Text("Rollback.Image"));
    }

    [Fact]
    public async Task The_evidence_holds_what_is_gone_afterwards_and_no_secret()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Objects.Update(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform", deployment =>
        {
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] = new JsonArray(new JsonObject { ["name"] = "PLAIN_PASSWORD", ["value"] = "sbxsecret-in-env" });
            return deployment;
        });
        var undone = with.Run(Bad + "$bad | Undo-RsolvDeployment -Confirm:$false").ThrowOnError().Output.Single();
        var folder = undone.Text("Evidence");
        Assert.Equal(["deployment.json", "events.json", "health.txt", "metrics.json", "pods.json", "pods.txt", "replicasets.json", "template-diff.txt"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var logs = string.Concat(Directory.EnumerateFiles(Path.Combine(folder, "logs")).Select(File.ReadAllText));
        Assert.Contains("the runtime terminated", logs, StringComparison.Ordinal);
        Assert.Contains("BackOff", await File.ReadAllTextAsync(Path.Combine(folder, "events.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var described = await File.ReadAllTextAsync(Path.Combine(folder, "pods.txt"), TestContext.Current.CancellationToken);
        Assert.Contains("Last state: terminated, exitCode 1", described, StringComparison.Ordinal);
        Assert.Contains("Variable PLAIN_PASSWORD: (not shown: 16 characters", described, StringComparison.Ordinal);
        var difference = await File.ReadAllTextAsync(Path.Combine(folder, "template-diff.txt"), TestContext.Current.CancellationToken);
        Assert.Contains("+ spec.containers.rsolv-platform.image:", difference, StringComparison.Ordinal);
        Assert.DoesNotContain("PLAIN_PASSWORD", difference, StringComparison.Ordinal);
        Assert.StartsWith("GET http", await File.ReadAllTextAsync(Path.Combine(folder, "health.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\"value\": \"1\"", await File.ReadAllTextAsync(Path.Combine(folder, "metrics.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\"exitCode\": 1", await File.ReadAllTextAsync(Path.Combine(folder, "pods.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("sbxsecret", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_rollout_that_fails_without_a_way_back_saves_its_evidence_and_its_error_names_it()
    {
        await using var with = await SandboxedSession.StartAsync();
        var failed = with.Run("$target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -Confirm:$false");
        var folder = failed.Output.Single().Text("Evidence");
        Assert.True(File.Exists(Path.Combine(folder, "pods.txt")));
        Assert.Contains(folder, failed.ThrowOnErrorBut("RolloutFailed").Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_that_another_run_changes_is_left_alone()
    {
        await using var with = await SandboxedSession.StartAsync();
        var now = DateTimeOffset.UtcNow.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        with.Sandbox.Objects.Create(KindInfo.All.Single(kind => kind.Kind == "Lease"), with.Sandbox.Namespace, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "rsolv-lock-rsolv-platform" },
            ["spec"] = new JsonObject { ["holderIdentity"] = "ann@laptop run 1", ["acquireTime"] = now, ["renewTime"] = now, ["leaseDurationSeconds"] = 30, ["leaseTransitions"] = 0 },
        });
        var refused = with.Run("Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false");
        Assert.StartsWith("DeploymentLocked,", Assert.Single(refused.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("ann@laptop", refused.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(with.Writes);
        var broken = with.Run("Update-RsolvDeployment $target -Image production-20260102-000000 -BreakLock -Confirm:$false; (Get-RsolvHistory $target)[0].Reason").ThrowOnError();
        Assert.Equal("Succeeded", broken.Output[0].Text("Status"));
        Assert.Contains("ann@laptop", broken.Output[1].ToString(), StringComparison.Ordinal);
        Assert.Contains(broken.Warnings, line => line.Contains("ann@laptop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Undo_goes_to_a_digest_that_is_named()
    {
        await using var with = await SandboxedSession.StartAsync();
        var undone = with.Run("Undo-RsolvDeployment $target -ToDigest production-20260102-000000 -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal("Succeeded", undone.Text("Status"));
        Assert.Contains("only the image is set", undone.Text("Choice"), StringComparison.Ordinal);
    }
}
