using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The triggers of section 10, each as it fires.</summary>
public class WatchTests
{
    private const string Watched = "$edited = $folder + '/edited.yaml'; [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace('defaults:', \"defaults:`n  triggers: { TRIGGERS }\")); $target = Get-RsolvTarget production -ConfigurationPath $edited; ";

    [Theory]
    [InlineData("trigger.health", "health: { failures: 3, every: 1s }", "failed 3 times in a row: 50")]
    [InlineData("trigger.metrics", "metrics: { failures: 2, every: 1s }", "failed 2 times in a row: 50")]
    [InlineData("trigger.database", "database: { json: $.database, not: ok }", "$.database")]
    public async Task A_platform_that_fails_fires_its_trigger(string id, string triggers, string words)
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.Platform5xx, -1);
        var fired = with.Run(With(triggers) + First).ThrowOnError().Output.Single();
        Assert.Equal(id, fired.Text("Id"));
        Assert.Contains(words, fired.Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_loop_that_lasts_fires_and_one_way_back_is_taken()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run(With("crashLoop: { longerThan: 1s }")
            + "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; $null = $good | Test-RsolvMetrics; "
            + "$bad = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -Confirm:$false -ErrorAction SilentlyContinue; "
            + "$bad | Watch-RsolvDeployment -For 0:02:00 -Rollback -Confirm:$false; $good; (Get-RsolvHistory $target)[0]").ThrowOnError();
        var fired = outcome.Output[0];
        Assert.Equal("trigger.crashloop", fired.Text("Id"));
        Assert.Equal(["Succeeded", outcome.Output[1].Text("Image")], [fired.Text("Rollback.Status"), fired.Text("Rollback.Image")]);
        Assert.Contains("trigger.crashloop", outcome.Output[2].Text("Reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_rate_above_its_limit_fires_and_no_data_does_not()
    {
        await using var with = await SandboxedSession.StartAsync();
        var fired = with.Run(With("errorRate: { query: vector(0.5), above: 0.05 }") + First).ThrowOnError().Output.Single();
        Assert.Contains("0.5, above 0.05", fired.Text("Evidence"), StringComparison.Ordinal);
        Assert.Empty(with.Run(With("errorRate: { query: nothing_like_it, above: 0.05 }") + "Watch-RsolvDeployment $target -For 0:00:01").ThrowOnError().Output);
    }

    [Fact]
    public async Task A_person_who_says_that_it_is_broken_fires_and_the_way_back_takes_it_off()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run(With("crashLoop: { longerThan: 5m }") + "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; $null = $good | Test-RsolvMetrics; "
            + "$other = Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false").ThrowOnError();
        with.Sandbox.Objects.Update(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform", deployment =>
        {
            deployment["metadata"]!["annotations"]!["rsolv.dev/broken"] = "nobody can pay";
            return deployment;
        });
        var fired = with.Run("$other | Watch-RsolvDeployment -For 0:01:00 -Rollback -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["trigger.manual", "Succeeded"], [fired.Text("Id"), fired.Text("Rollback.Status")]);
        Assert.Contains("nobody can pay", fired.Text("Rollback.Reason"), StringComparison.Ordinal);
        Assert.Null(with.Sandbox.Objects.Find(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform")!["metadata"]!["annotations"]!["rsolv.dev/broken"]);
    }

    [Fact]
    public async Task Lines_of_a_log_that_tell_of_failed_connections_fire()
    {
        await using var with = await SandboxedSession.StartAsync();
        // Every pod of the sandbox writes this line when it starts: those that run already did so before, only those that come count.
        var come = with.RequestedAsync(request => request.Path.Contains("/log?", StringComparison.Ordinal)).ContinueWith(_ => with.Sandbox.Objects.Update(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform", deployment =>
        {
            deployment["spec"]!["template"]!["metadata"]!["annotations"] = new System.Text.Json.Nodes.JsonObject { ["again"] = "yes" };
            return deployment;
        }), TaskScheduler.Default);
        var fired = with.Run(With("database: { json: $.database, not: ok, log: { match: 'PromEx started', times: 2, within: 1m } }") + First).ThrowOnError().Output.Single();
        await come;
        Assert.Equal("trigger.database", fired.Text("Id"));
        Assert.StartsWith("2 lines within", fired.Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_platform_fires_nothing_and_a_target_without_triggers_is_named()
    {
        await using var with = await SandboxedSession.StartAsync();
        Assert.Empty(with.Run(With("health: { failures: 1, every: 1s }, metrics: { failures: 1, every: 1s }, database: { json: $.database, not: ok }, crashLoop: { longerThan: 0s }") + "Watch-RsolvDeployment $target -For 0:00:02").ThrowOnError().Output);
        Assert.StartsWith("NoTriggers,", Assert.Single(with.Run("Watch-RsolvDeployment $target -For 0:00:01").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_before_the_deployment_fires_nothing()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.Platform5xx, -1);
        var outcome = with.Run(With("health: { failures: 1, every: 1s }, metrics: { failures: 1, every: 1s }, errorRate: { query: vector(0.5), above: 0.05 }")
            + "$before = (Test-RsolvEnvironment $target -Step Update).Baseline; Watch-RsolvDeployment $target -For 0:00:02 -Baseline $before -WarningVariable told 3>$null; $told").ThrowOnError();
        Assert.Equal(["trigger.health is not watched: health.status failed already before the deployment.", "trigger.metrics is not watched: health.metrics failed already before the deployment."], outcome.Output.Select(one => one.ToString()));
    }

    // `break` leaves the loop, and with it the watch, as soon as the first trigger has fired.
    private const string First = "foreach ($once in 1) { Watch-RsolvDeployment $target -For 0:01:00 | ForEach-Object { $_; break } }";

    // The configuration stands in a double-quoted string of PowerShell.
    private static string With(string triggers) => Watched.Replace("TRIGGERS", triggers.Replace("$", "`$", StringComparison.Ordinal), StringComparison.Ordinal);
}
