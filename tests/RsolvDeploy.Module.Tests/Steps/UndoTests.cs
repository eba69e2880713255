using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What a rollback restores with a release, and whether the restored release is healthy.</summary>
public class UndoTests : SandboxedTest
{
    private const string Good =
        "$good = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; $null = $good | Test-RsolvMetrics; ";
    private const string Bad = "$bad = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | "
        + "Update-RsolvDeployment -Confirm:$false -ErrorAction SilentlyContinue; ";

    [Fact]
    public void ConfigMaps_and_Secrets_are_restored_with_the_release_and_no_value_is_printed()
    {
        Run(Good).ThrowOnError();
        var (map, secret) = (Data(KindInfo.ConfigMaps, "rsolv-config"), Data(KindInfo.Secrets, "rsolv-secrets"));
        Change();
        var planned = Run(Bad + "$bad | Undo-RsolvDeployment -WhatIf").ThrowOnError();
        Assert.Equal("on", Data(KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]!.GetValue<string>());
        Assert.Contains(Interface.Lines, line => line.Contains(
            "restore ConfigMap/rsolv-config (data.NEW_FEATURE); Secret/rsolv-secrets (data.DEMO_API_KEY)", StringComparison.Ordinal));
        Assert.Equal("Planned", planned.Output.Single().Text("Status"));

        var outcome = Run("$bad | Undo-RsolvDeployment -Confirm:$false").ThrowOnError();
        var undone = outcome.Output.Single();
        Assert.Equal("Succeeded", undone.Text("Status"));
        Assert.Equal(["Passed", "Passed"], [undone.Checks()["rollback.configuration"], undone.Checks()["rollback.healthy"]]);
        Assert.True(JsonNode.DeepEquals(map, Data(KindInfo.ConfigMaps, "rsolv-config")));
        Assert.True(JsonNode.DeepEquals(secret, Data(KindInfo.Secrets, "rsolv-secrets")));
        var printed = string.Join(
            '\n',
            [
                .. outcome.Information,
                .. planned.Information,
                .. Interface.Lines,
                .. undone.Items("Checks").Select(check => check.Text("Evidence")),
            ]);
        Assert.DoesNotContain("changed-secret", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("changed-secret"u8)[..11], printed, StringComparison.Ordinal);
        // Before the pods: the template is written after both.
        var writes = Session.Changes.ToList();
        Assert.True(
            writes.FindLastIndex(line =>
                line.StartsWith("PUT", StringComparison.Ordinal) && line.Contains("/secrets/rsolv-secrets", StringComparison.Ordinal))
                < writes.FindLastIndex(line => line.StartsWith("PATCH", StringComparison.Ordinal)));
    }

    [Fact]
    public void Excluded_objects_are_not_restored()
    {
        Run(Good).ThrowOnError();
        Change();
        Run(Bad + "$bad | Undo-RsolvDeployment -ImageOnly -Confirm:$false").ThrowOnError();
        Assert.Equal("on", Data(KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]!.GetValue<string>());
        Run("Undo-RsolvDeployment $target -Exclude Secret/* -Confirm:$false").ThrowOnError();
        Assert.Null(Data(KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]);
        Assert.Equal(
            Convert.ToBase64String("changed-secret"u8), Data(KindInfo.Secrets, "rsolv-secrets")["DEMO_API_KEY"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Undo-RsolvDeployment $target -Exclude Secret/nobody")]
    [InlineData("Undo-RsolvDeployment $target -Exclude rsolv-secrets")]
    [InlineData("Backup-RsolvState $target | Undo-RsolvDeployment -Exclude Secret/*, ConfigMap/nobody")]
    [InlineData("Undo-RsolvDeployment $target -ToRevision 1 -Exclude Secret/nobody")]
    public void An_excluded_object_that_does_not_exist_is_an_error_and_changes_nothing(string undo)
    {
        Run(Good + Bad).ThrowOnError();
        var before = Session.Changes.Count(line => !line.Contains("/leases", StringComparison.Ordinal));
        var error = Assert.Single(Run(undo + " -Confirm:$false").Errors);
        Assert.StartsWith("NamedObjectNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"in the namespace {Sandbox.Namespace}", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Session.Changes.Count(line => !line.Contains("/leases", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_excluded_object_may_be_of_the_release_or_of_the_namespace()
    {
        Run(Good).ThrowOnError();
        Change();
        Sandbox.Create(new ConfigMapManifest("later") { Data = { ["ANY"] = "thing" } });
        Run(Bad + "Undo-RsolvDeployment $target -Exclude secret/RSOLV-secrets, ConfigMap/later -Confirm:$false").ThrowOnError();
        Assert.Null(Data(KindInfo.ConfigMaps, "rsolv-config")["NEW_FEATURE"]);
    }

    [Fact]
    public void Rollback_on_failure_restores_a_replaced_ConfigMap_too()
    {
        Run(Good).ThrowOnError();
        var map = Data(KindInfo.ConfigMaps, "rsolv-config");
        Sandbox.Objects.Delete(KindInfo.ConfigMaps, Sandbox.Namespace, "rsolv-config");
        Sandbox.Create(new ConfigMapManifest("rsolv-config") { Data = { ["ONLY"] = "this" } });
        var failed = Run("$target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | Update-RsolvDeployment "
            + "-RollbackOnFailure -Confirm:$false -ErrorAction SilentlyContinue").Output.Single();
        Assert.Equal("Succeeded", failed.Text("Rollback.Status"));
        Assert.True(JsonNode.DeepEquals(map, Data(KindInfo.ConfigMaps, "rsolv-config")));
    }

    [Fact]
    public void A_rollback_to_a_backup_restores_its_ConfigMaps_and_Secrets()
    {
        var secret = Data(KindInfo.Secrets, "rsolv-secrets");
        Run("$backup = Backup-RsolvState $target; ").ThrowOnError();
        Change();
        var undone = Run(Good + "$backup | Undo-RsolvDeployment -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal("Passed", undone.Checks()["rollback.configuration"]);
        Assert.True(JsonNode.DeepEquals(secret, Data(KindInfo.Secrets, "rsolv-secrets")));
    }

    [Fact]
    public void Snapshots_are_shared_while_nothing_changes_and_are_deleted_with_their_releases()
    {
        Run(Good + Good).ThrowOnError();
        Assert.Single(Snapshots());
        for (var number = 0; number < 3; number++)
        {
            Sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["NUMBER"] = $"{number}");
            Run("$null = Update-RsolvDeployment $target -Image $good.Image -Confirm:$false").ThrowOnError();
        }

        Assert.Equal(4, Snapshots().Count);
        Sandbox.Objects.Delete(KindInfo.ConfigMaps, Sandbox.Namespace, "rsolv-history-rsolv-platform");
        Run("$null = Update-RsolvDeployment $target -Image $good.Image -Confirm:$false").ThrowOnError();
        Assert.Single(Snapshots());
        var backup = Run("Backup-RsolvState $target").ThrowOnError().Output.Single();
        Assert.DoesNotContain(backup.Items("Items"), item => item.Text("Name").StartsWith("rsolv-kept-", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rollback_to_an_unhealthy_release_fails()
    {
        Run(Good + Bad).ThrowOnError();
        Sandbox.Faults.Inject(Fault.Platform5xx, -1);
        var outcome = Run("$bad | Undo-RsolvDeployment -Confirm:$false -Timeout 0:1:0").ThrowOnErrorBut("RollbackFailed");
        Assert.Equal(
            ["Passed", "Failed"], [outcome.Output[0].Checks()["rollback.completed"], outcome.Output[0].Checks()["rollback.healthy"]]);
        Assert.Contains("health.status", outcome.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_in_a_rollback_reports_what_was_written_and_releases_the_lock()
    {
        Sandbox.Faults.Inject(Fault.ProbeFails, -1);
        var patched = Session.RequestedAsync(request =>
            request.Method == "PATCH" && request.Path.Contains("/deployments/", StringComparison.Ordinal));
        var outcome = await Session.RunAndStopAsync(
            patched, "Undo-RsolvDeployment $target -ToDigest production-20260102-000000 -Confirm:$false")
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        Assert.Contains(Interface.Lines, line => line.StartsWith("WARNING: ", StringComparison.Ordinal));
        Assert.Equal("", Sandbox.Lock()["spec"]!["holderIdentity"]!.GetValue<string>());
    }

    private void Change()
    {
        Sandbox.Change(KindInfo.ConfigMaps, "rsolv-config", map => map["data"]!["NEW_FEATURE"] = "on");
        Sandbox.Change(
            KindInfo.Secrets, "rsolv-secrets", secret => secret["data"]!["DEMO_API_KEY"] = Convert.ToBase64String("changed-secret"u8));
    }

    private JsonObject Data(KindInfo kind, string name) =>
        (JsonObject)Sandbox.Objects.Find(kind, Sandbox.Namespace, name)!["data"]!.DeepClone();

    private List<JsonObject> Snapshots() =>
        [.. Sandbox.Objects.List(KindInfo.Secrets, Sandbox.Namespace).Items
            .Where(secret => secret["type"]?.GetValue<string>() == "rsolv.dev/kept-configuration")];
}
