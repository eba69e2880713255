using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The triggers of section 10, each as it fires.</summary>
public class WatchTests : SandboxedTest
{
    private const string Watched = "$edited = $folder + '/edited.yaml'; [System.IO.File]::WriteAllText($edited, "
        + "[System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace('defaults:', \"defaults:`n  triggers: { TRIGGERS }\")); "
        + "$target = Get-RsolvTarget production -ConfigurationPath $edited; ";

    [Theory]
    [InlineData("trigger.health", "health: { failures: 3, every: 1s }", "failed 3 times in a row: 50")]
    [InlineData("trigger.metrics", "metrics: { failures: 2, every: 1s }", "failed 2 times in a row: 50")]
    [InlineData("trigger.database", "database: { json: $.database, not: ok }", "$.database")]
    public void A_platform_that_fails_fires_its_trigger(string id, string triggers, string text)
    {
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var fired = Run(With(triggers) + First).ThrowOnError().Output.Single();
        Assert.Equal(id, fired.Text("Id"));
        Assert.Contains(text, fired.Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lasting_crash_loop_fires_and_causes_one_rollback()
    {
        var outcome = Run(With("crashLoop: { longerThan: 1s }")
            + "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; "
            + "$null = $good | Test-RsolvMetrics; "
            + "$bad = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment "
            + "-Confirm:$false -ErrorAction SilentlyContinue; "
            + "$bad | Watch-RsolvDeployment -For 0:02:00 -Rollback -Confirm:$false; $good; (Get-RsolvHistory $target)[0]").ThrowOnError();
        var fired = outcome.Output[0];
        Assert.Equal("trigger.crashloop", fired.Text("Id"));
        Assert.Equal(["Succeeded", outcome.Output[1].Text("Image")], [fired.Text("Rollback.Status"), fired.Text("Rollback.Image")]);
        Assert.Contains("trigger.crashloop", outcome.Output[2].Text("Reason"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_rate_above_its_limit_fires_and_no_data_does_not()
    {
        var fired = Run(With("errorRate: { query: vector(0.5), above: 0.05 }") + First).ThrowOnError().Output.Single();
        Assert.Contains("0.5, above 0.05", fired.Text("Evidence"), StringComparison.Ordinal);
        Assert.Empty(Run(With("errorRate: { query: nothing_like_it, above: 0.05 }") + "Watch-RsolvDeployment $target -For 1s")
            .ThrowOnError().Output);
    }

    [Fact]
    public void A_preview_names_the_rollback_of_the_first_trigger_and_writes_nothing()
    {
        Run(With("errorRate: { query: vector(0.5), above: 0.05 }")
            + "$null = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false | Test-RsolvMetrics; "
            + "$other = Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false").ThrowOnError();
        var releases = Run("Get-RsolvHistory $target").Output.Count;
        Session.ForgetRequests();
        Interface.Clear();
        var fired = Run("$other | Watch-RsolvDeployment -For 0:01:00 -Rollback -WhatIf").ThrowOnError().Output.Single();
        Assert.Equal("trigger.error-rate", fired.Text("Id"));
        Assert.Null(fired.Properties["Rollback"].Value);
        var preview = string.Join('\n', Interface.Lines);
        Assert.All(
            (string[])["What if: ", "rsolv-production", "Roll back from", "trigger.error-rate"],
            text => Assert.Contains(text, preview, StringComparison.Ordinal));
        Assert.Empty(Session.Changes);
        Assert.Equal(releases, Run("Get-RsolvHistory $target").Output.Count);
    }

    [Fact]
    public void The_broken_annotation_fires_and_the_rollback_removes_it()
    {
        Run(With("crashLoop: { longerThan: 5m }")
            + "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; "
                + "$null = $good | Test-RsolvMetrics; "
                + "$other = Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false").ThrowOnError();
        Sandbox.ChangeDeployment(deployment => deployment["metadata"]!["annotations"]!["rsolv.dev/broken"] = "nobody can pay");
        var fired = Run("$other | Watch-RsolvDeployment -For 0:01:00 -Rollback -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["trigger.manual", "Succeeded"], [fired.Text("Id"), fired.Text("Rollback.Status")]);
        Assert.Contains("nobody can pay", fired.Text("Rollback.Reason"), StringComparison.Ordinal);
        Assert.Null(Sandbox.Deployment()["metadata"]!["annotations"]!["rsolv.dev/broken"]);
    }

    [Fact]
    public async Task Log_lines_of_failed_connections_fire()
    {
        // Every pod of the sandbox writes this line when it starts. Running pods wrote it before; only new pods count.
        var restarted = Session.RequestedAsync(request => request.Path.Contains("/log?", StringComparison.Ordinal)).ContinueWith(
            _ => Sandbox.ChangeDeployment(deployment =>
                deployment["spec"]!["template"]!["metadata"]!["annotations"] = JsonNode.Parse("""{ "again": "yes" }""")),
            TaskScheduler.Default);
        var fired = Run(With("database: { json: $.database, not: ok, log: { match: 'PromEx started', times: 2, within: 1m } }") + First)
            .ThrowOnError().Output
            .Single();
        await restarted;
        Assert.Equal("trigger.database", fired.Text("Id"));
        Assert.StartsWith("2 lines within", fired.Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_platform_fires_nothing_and_a_target_without_triggers_is_refused()
    {
        Assert.Empty(
            Run(
                With(
                    "health: { failures: 1, every: 1s }, metrics: { failures: 1, every: 1s }, database: { json: $.database, not: "
                        + "ok }, crashLoop: { longerThan: 0s }")
                    + "Watch-RsolvDeployment $target -For 0:00:02")
                .ThrowOnError().Output);
        Assert.StartsWith(
            "NoTriggers,",
            Assert.Single(Run("Watch-RsolvDeployment $target -For 0:00:01").Errors).FullyQualifiedErrorId,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$.databse")]
    [InlineData("$.database[0]")]
    public void A_path_that_finds_nothing_in_the_health_document_is_a_warning_at_the_start(string path)
    {
        var outcome = Run(With($"database: {{ json: '{path}', not: ok }}")
            + "Watch-RsolvDeployment $target -For 0:00:02 -WarningVariable warned 3>$null; $warned").ThrowOnError();
        var warning = Assert.Single(outcome.Output).ToString();
        Assert.Contains($"{path} finds no text, number or boolean", warning, StringComparison.Ordinal);
        Assert.Contains("The document has: ", warning, StringComparison.Ordinal);
        Assert.Contains("database", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_before_the_deployment_fires_nothing()
    {
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var outcome = Run(With(
            "health: { failures: 1, every: 1s }, metrics: { failures: 1, every: 1s }, errorRate: { query: vector(0.5), above: 0.05 }")
            + "$before = (Test-RsolvEnvironment $target -Step Update).Baseline; Watch-RsolvDeployment $target -For 0:00:02 -Baseline "
            + "$before -WarningVariable warned 3>$null; $warned").ThrowOnError();
        Assert.Equal(
            [
                "trigger.health is not watched: health.status failed already before the deployment.",
                "trigger.metrics is not watched: health.metrics failed already before the deployment.",
            ],
            outcome.Output.Select(one => one.ToString()));
    }

    // `break` leaves the loop, and with it the watch, as soon as the first trigger has fired.
    private const string First = "foreach ($once in 1) { Watch-RsolvDeployment $target -For 0:01:00 | ForEach-Object { $_; break } }";

    // The configuration is inside a double-quoted string of PowerShell.
    private static string With(string triggers) =>
        Watched.Replace("TRIGGERS", triggers.Replace("$", "`$", StringComparison.Ordinal), StringComparison.Ordinal);
}
