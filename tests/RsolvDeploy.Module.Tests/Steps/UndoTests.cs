using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What goes back with a release, and whether what is gone back to is good.</summary>
public class UndoTests
{
    private const string Good = "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; $null = $good | Test-RsolvMetrics; ";
    private const string Bad = "$bad = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -Confirm:$false -ErrorAction SilentlyContinue; ";

    [Fact]
    public async Task ConfigMaps_and_Secrets_go_back_with_the_release_and_no_value_is_said()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run(Good).ThrowOnError();
        var (map, secret) = (Data(with, KindInfo.ConfigMaps, "rsolv-config"), Data(with, KindInfo.Secrets, "rsolv-secrets"));
        Change(with);
        var planned = with.Run(Bad + "$bad | Undo-RsolvDeployment -WhatIf").ThrowOnError();
        Assert.Equal("on", Data(with, KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]!.GetValue<string>());
        Assert.Contains(with.Session.Host.Interface.Lines, line => line.Contains("restore ConfigMap/rsolv-config (data.NEW_FEATURE); Secret/rsolv-secrets (data.DEMO_API_KEY)", StringComparison.Ordinal));
        Assert.Equal("Planned", planned.Output.Single().Text("Status"));

        var outcome = with.Run("$bad | Undo-RsolvDeployment -Confirm:$false").ThrowOnError();
        var undone = outcome.Output.Single();
        Assert.Equal("Succeeded", undone.Text("Status"));
        Assert.Equal(["Passed", "Passed"], [undone.Checks()["rollback.configuration"], undone.Checks()["rollback.healthy"]]);
        Assert.True(JsonNode.DeepEquals(map, Data(with, KindInfo.ConfigMaps, "rsolv-config")));
        Assert.True(JsonNode.DeepEquals(secret, Data(with, KindInfo.Secrets, "rsolv-secrets")));
        var said = string.Join('\n', [.. outcome.Information, .. planned.Information, .. with.Session.Host.Interface.Lines, .. undone.Items("Checks").Select(check => check.Text("Evidence"))]);
        Assert.DoesNotContain("changed-secret", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("changed-secret"u8)[..11], said, StringComparison.Ordinal);
        // Before the pods: the template was written after both.
        var writes = with.Changes.ToList();
        Assert.True(writes.FindLastIndex(line => line.StartsWith("PUT", StringComparison.Ordinal) && line.Contains("/secrets/rsolv-secrets", StringComparison.Ordinal)) < writes.FindLastIndex(line => line.StartsWith("PATCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_to_be_left_is_left()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run(Good).ThrowOnError();
        Change(with);
        with.Run(Bad + "$bad | Undo-RsolvDeployment -ImageOnly -Confirm:$false").ThrowOnError();
        Assert.Equal("on", Data(with, KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]!.GetValue<string>());
        with.Run("Undo-RsolvDeployment $target -Exclude Secret/* -Confirm:$false").ThrowOnError();
        Assert.Null(Data(with, KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]);
        Assert.Equal(Convert.ToBase64String("changed-secret"u8), Data(with, KindInfo.Secrets, "rsolv-secrets")["DEMO_API_KEY"]!.GetValue<string>());
    }

    [Fact]
    public async Task Rollback_on_failure_takes_a_deleted_ConfigMap_back_too()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run(Good).ThrowOnError();
        var map = Data(with, KindInfo.ConfigMaps, "rsolv-config");
        with.Sandbox.Objects.Delete(KindInfo.ConfigMaps, with.Sandbox.Namespace, "rsolv-config");
        with.Sandbox.Objects.Create(KindInfo.ConfigMaps, with.Sandbox.Namespace, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "rsolv-config" }, ["data"] = new JsonObject { ["ONLY"] = "this" } });
        var failed = with.Run("$target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment -RollbackOnFailure -Confirm:$false -ErrorAction SilentlyContinue").Output.Single();
        Assert.Equal("Succeeded", failed.Text("Rollback.Status"));
        Assert.True(JsonNode.DeepEquals(map, Data(with, KindInfo.ConfigMaps, "rsolv-config")));
    }

    [Fact]
    public async Task A_backup_takes_its_ConfigMaps_and_Secrets_back()
    {
        await using var with = await SandboxedSession.StartAsync();
        var secret = Data(with, KindInfo.Secrets, "rsolv-secrets");
        with.Run("$backup = Backup-RsolvState $target; ").ThrowOnError();
        Change(with);
        var undone = with.Run(Good + "$backup | Undo-RsolvDeployment -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal("Passed", undone.Checks()["rollback.configuration"]);
        Assert.True(JsonNode.DeepEquals(secret, Data(with, KindInfo.Secrets, "rsolv-secrets")));
    }

    [Fact]
    public async Task Copies_are_shared_while_nothing_changes_and_go_with_their_releases()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run(Good + Good).ThrowOnError();
        Assert.Single(Kept(with));
        for (var number = 0; number < 3; number++)
        {
            with.Sandbox.Objects.Update(KindInfo.ConfigMaps, with.Sandbox.Namespace, "rsolv-config", map => { map["data"]!["NUMBER"] = $"{number}"; return map; });
            with.Run("$null = Update-RsolvDeployment $target -Image $good.Image -Confirm:$false").ThrowOnError();
        }

        Assert.Equal(4, Kept(with).Count);
        with.Sandbox.Objects.Delete(KindInfo.ConfigMaps, with.Sandbox.Namespace, "rsolv-history-rsolv-platform");
        with.Run("$null = Update-RsolvDeployment $target -Image $good.Image -Confirm:$false").ThrowOnError();
        Assert.Single(Kept(with));
        var backup = with.Run("Backup-RsolvState $target").ThrowOnError().Output.Single();
        Assert.DoesNotContain(backup.Items("Items"), item => item.Text("Name").StartsWith("rsolv-kept-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_way_back_to_something_sick_has_failed()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Run(Good + Bad).ThrowOnError();
        with.Sandbox.Faults.Order(Fault.Platform5xx, -1);
        var outcome = with.Run("$bad | Undo-RsolvDeployment -Confirm:$false -Timeout 0:1:0").ThrowOnErrorBut("RollbackFailed");
        Assert.Equal(["Passed", "Failed"], [outcome.Output[0].Checks()["rollback.completed"], outcome.Output[0].Checks()["rollback.healthy"]]);
        Assert.Contains("health.status", outcome.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_in_a_way_back_says_what_was_written_and_gives_the_lock_back()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.ProbeFails, -1);
        var patched = with.RequestedAsync(request => request.Method == "PATCH" && request.Path.Contains("/deployments/", StringComparison.Ordinal));
        var outcome = await with.RunAndStopAsync(patched, "Undo-RsolvDeployment $target -ToDigest production-20260102-000000 -Confirm:$false")
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        Assert.Contains(with.Session.Host.Interface.Lines, line => line.StartsWith("WARNING: ", StringComparison.Ordinal));
        Assert.Equal("", with.Sandbox.Objects.Find(KindInfo.All.Single(kind => kind.Kind == "Lease"), with.Sandbox.Namespace, "rsolv-lock-rsolv-platform")!["spec"]!["holderIdentity"]!.GetValue<string>());
    }

    private static void Change(SandboxedSession with)
    {
        with.Sandbox.Objects.Update(KindInfo.ConfigMaps, with.Sandbox.Namespace, "rsolv-config", map => { map["data"]!["NEW_FEATURE"] = "on"; return map; });
        with.Sandbox.Objects.Update(KindInfo.Secrets, with.Sandbox.Namespace, "rsolv-secrets", secret => { secret["data"]!["DEMO_API_KEY"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("changed-secret")); return secret; });
    }

    private static JsonObject Data(SandboxedSession with, KindInfo kind, string name) => (JsonObject)with.Sandbox.Objects.Find(kind, with.Sandbox.Namespace, name)!["data"]!.DeepClone();

    private static List<JsonObject> Kept(SandboxedSession with) =>
        [.. with.Sandbox.Objects.List(KindInfo.Secrets, with.Sandbox.Namespace).Items.Where(secret => secret["type"]?.GetValue<string>() == "rsolv.dev/kept-configuration")];
}
