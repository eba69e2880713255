using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A backup holds any namespaced kind that the API server serves.</summary>
public sealed class BackupKindsTests : IAsyncLifetime
{
    private BackupMaker _made = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _made = await BackupMaker.StartAsync(Ct);
        _made.Sandbox.Objects.Create(KindInfo.Definitions, null, JsonNode.Parse("""
            { "metadata": { "name": "widgets.example.com" }, "spec": { "group": "example.com", "scope": "Namespaced",
              "names": { "plural": "widgets", "kind": "Widget" }, "versions": [ { "name": "v1beta1", "served": true, "storage": true } ] } }
            """)!.AsObject());
        var widgets = _made.Sandbox.Objects.Kinds.Single(kind => kind.Plural == "widgets");
        foreach (var (name, app) in new[] { ("blue", "web"), ("red", "other") })
        {
            _made.Sandbox.Objects.Create(widgets, _made.Sandbox.Namespace, (JsonObject)JsonNode.Parse(
                $$"""{ "metadata": { "name": "{{name}}", "labels": { "app": "{{app}}" } }, "spec": { "size": 3 } }""")!);
        }
    }

    public ValueTask DisposeAsync() => _made.DisposeAsync();

    [Fact]
    public async Task A_custom_kind_is_found_by_its_group_and_selected_by_label()
    {
        var backup = await _made.WriteAsync(
            Ct, plan => plan with { AdditionalKinds = ["widgets.example.com:app=web", "services", "cronjobs.batch"] });
        Assert.Equal("widgets.example.com/blue.yaml", backup.Items.Single(item => item.Kind == "Widget").File);
        using var folder = BackupFolder.Open(backup.Path!, _made.Keys);
        await folder.VerifyAsync(Ct);
        Assert.Equal(3, (await folder.ReadObjectAsync("Widget", "blue", Ct))["spec"]!["size"]!.GetValue<int>());
        var kind = folder.Manifest.Kinds.Single(one => one.Kind == "Widget");
        Assert.Equal(("example.com/v1beta1", "widgets", "app=web"), (kind.ApiVersion, kind.Plural, kind.Selector));
        Assert.Contains(folder.Manifest.Kinds, one => one.Kind == "CronJob");
    }

    [Fact]
    public async Task A_restore_brings_a_custom_object_back_and_prunes_only_what_the_selector_matched()
    {
        var backup = await _made.WriteAsync(Ct, plan => plan with { AdditionalKinds = ["widgets:app=web"] });
        var widgets = _made.Sandbox.Objects.Kinds.Single(kind => kind.Plural == "widgets");
        _made.Sandbox.Objects.Delete(widgets, _made.Sandbox.Namespace, "blue");
        using var folder = BackupFolder.Open(backup.Path!, _made.Keys);
        using var cluster = ClusterClient.Connect(_made.Target, SilentReporter.Instance);
        var plan = await StateRestorer.PlanAsync(cluster, _made.Target, folder, new ObjectFilter([], []), Ct) with { Prune = true };
        Assert.Equal(["Widget/blue"], plan.Changes.Select(change => $"{change.Kind}/{change.Name}"));
        using var ledger = RunLedger.Open(new RunFolder("20261124-130000-bbbbbb", Path.Combine(_made.Folder, "runs")));
        Assert.Equal(StepStatus.Succeeded, (await StateRestorer.ApplyAsync(cluster, plan, ledger, SilentReporter.Instance, Ct)).Status);
        Assert.NotNull(_made.Sandbox.Objects.Find(widgets, _made.Sandbox.Namespace, "blue"));
        Assert.NotNull(_made.Sandbox.Objects.Find(widgets, _made.Sandbox.Namespace, "red"));
    }

    [Theory]
    [InlineData("", "restored")]
    [InlineData(", \"subresources\": { \"status\": {} }", null)]
    public async Task A_status_is_restored_where_no_subresource_separates_it(string subresources, string? expected)
    {
        var sandbox = _made.Sandbox;
        sandbox.Objects.Create(KindInfo.Definitions, null, JsonNode.Parse($$"""
            { "metadata": { "name": "ledgers.example.org" }, "spec": { "group": "example.org", "scope": "Namespaced",
              "names": { "plural": "ledgers", "kind": "Ledger" },
              "versions": [ { "name": "v1", "served": true, "storage": true{{subresources}} } ] } }
            """)!.AsObject());
        var ledgers = sandbox.Objects.Kinds.Single(kind => kind.Plural == "ledgers");
        sandbox.Objects.Create(ledgers, sandbox.Namespace, (JsonObject)JsonNode.Parse(
            """{ "metadata": { "name": "main" }, "spec": {}, "status": { "balance": "restored" } }""")!);
        var backup = await _made.WriteAsync(Ct, plan => plan with { AdditionalKinds = ["ledgers"] });
        sandbox.Objects.Delete(ledgers, sandbox.Namespace, "main");
        using var folder = BackupFolder.Open(backup.Path!, _made.Keys);
        using var cluster = ClusterClient.Connect(_made.Target, SilentReporter.Instance);
        var plan = await StateRestorer.PlanAsync(cluster, _made.Target, folder, new ObjectFilter(["Ledger/main"], []), Ct);
        using var ledger = RunLedger.Open(new RunFolder("20261124-130000-bbbbbb", Path.Combine(_made.Folder, "runs")));
        Assert.Equal(StepStatus.Succeeded, (await StateRestorer.ApplyAsync(cluster, plan, ledger, SilentReporter.Instance, Ct)).Status);

        Assert.Equal(expected, sandbox.Objects.Find(ledgers, sandbox.Namespace, "main")!["status"]?["balance"]?.GetValue<string>());
    }

    [Fact]
    public async Task What_the_cluster_or_a_run_makes_is_not_backed_up()
    {
        var ns = _made.Sandbox.Namespace;
        _made.Sandbox.Objects.Create(KindInfo.Leases, ns, (JsonObject)JsonNode.Parse(
            """{ "metadata": { "name": "rsolv-lock-rsolv-platform" }, "spec": { "holderIdentity": "somebody" } }""")!);
        _made.Sandbox.Objects.Create(KindInfo.Leases, ns, (JsonObject)JsonNode.Parse(
            """{ "metadata": { "name": "leader" }, "spec": { "holderIdentity": "somebody" } }""")!);

        var backup = await _made.WriteAsync(Ct, plan => plan with { AdditionalKinds = ["leases"] });

        Assert.Equal(["leader"], backup.Items.Where(item => item.Kind == "Lease").Select(item => item.Name));
        using var folder = BackupFolder.Open(backup.Path!, _made.Keys);
        using var cluster = ClusterClient.Connect(_made.Target, SilentReporter.Instance);
        var plan = await StateRestorer.PlanAsync(cluster, _made.Target, folder, new ObjectFilter([], []), Ct) with { Prune = true };
        Assert.DoesNotContain(plan.Changes, change => change.Kind == "Lease");
    }

    [Theory]
    [InlineData("gadgets.example.com", "KindUnknown", "widgets")]
    [InlineData("widgets.elsewhere.io", "KindUnknown", "example.com")]
    [InlineData("gadgets", "KindUnknown", "configmaps")]
    [InlineData("nodes", "KindNotNamespaced", "cluster")]
    [InlineData("customresourcedefinitions.apiextensions.k8s.io", "KindNotNamespaced", "cluster")]
    [InlineData("secrets:app=web", "KindAmbiguous", "secrets")]
    [InlineData("deployments.apps", "KindAmbiguous", "Deployment")]
    public async Task A_kind_that_cannot_be_backed_up_is_named_with_what_is_there(string kind, string id, string named)
    {
        var fault = await Assert.ThrowsAsync<DeployException>(() => _made.WriteAsync(Ct, plan => plan with { AdditionalKinds = [kind] }));
        Assert.Equal(id, fault.Id);
        Assert.Contains(named, $"{fault.Message} {fault.Remedy}", StringComparison.Ordinal);
        Assert.False(Directory.Exists(_made.Backups));
    }
}
