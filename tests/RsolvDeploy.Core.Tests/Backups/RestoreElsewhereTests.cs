using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>Fields that the cluster assigned are restored in the object's own namespace, and removed in another one.</summary>
public sealed class RestoreElsewhereTests : IAsyncLifetime
{
    private const string Elsewhere = "rsolv-staging";
    private BackupMaker _made = null!;
    private StateBackup _backup = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _made = await BackupMaker.StartAsync(Ct);
        _made.Sandbox.Objects.Create(KindInfo.Services, _made.Target.Namespace, Service());
        _backup = await _made.WriteAsync(Ct, plan => plan with { AdditionalKinds = ["services"] });
    }

    public ValueTask DisposeAsync() => _made.DisposeAsync();

    [Fact]
    public async Task A_node_port_is_restored_in_its_own_namespace()
    {
        _made.Sandbox.Objects.Delete(KindInfo.Services, _made.Target.Namespace, "outside");
        Assert.Equal(RestoreAction.Created, (await RestoreAsync(_made.Target)).Action);
        Assert.Equal(30312, Port(_made.Target.Namespace)?.GetValue<int>());
    }

    [Fact]
    public async Task In_another_namespace_the_cluster_assigns_another_port_and_that_is_no_difference()
    {
        var there = _made.Target with { Namespace = Elsewhere };
        Assert.Equal(RestoreAction.Created, (await RestoreAsync(there)).Action);
        Assert.NotEqual(30312, Port(Elsewhere)!.GetValue<int>());
        Assert.Equal(RestoreAction.Unchanged, (await RestoreAsync(there)).Action);
    }

    [Fact]
    public async Task In_another_cluster_the_node_ports_are_restored()
    {
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        Assert.Equal(
            RestoreAction.Created, (await RestoreAsync(ConfigurationFile.Load(other.ConfigurationPath).GetTarget("production"))).Action);
        Assert.Equal(
            30312,
            other.Objects.Find(KindInfo.Services, _made.Target.Namespace, "outside")!["spec"]!["ports"]![0]!["nodePort"]!.GetValue<int>());
        Assert.Equal(0, _made.Sandbox.Requests.Count(request => request.Method is not "GET"));
    }

    private JsonNode? Port(string ns) => _made.Sandbox.Objects.Find(KindInfo.Services, ns, "outside")!["spec"]!["ports"]![0]!["nodePort"];

    private async Task<RestoredObject> RestoreAsync(Target target)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        using var folder = BackupFolder.Open(_backup.Path!, _made.Keys);
        var plan = await StateRestorer.PlanAsync(cluster, target, folder, new ObjectFilter(["Service/outside"], []), Ct);
        using var ledger = RunLedger.Open(new RunFolder(RunId.New(DateTimeOffset.UtcNow), Path.Combine(_made.Folder, "runs")));
        return Assert.Single((await StateRestorer.ApplyAsync(cluster, plan, ledger, SilentReporter.Instance, Ct)).Items);
    }

    private static JsonObject Service() => JsonNode.Parse("""
        { "metadata": { "name": "outside" }, "spec": { "type": "NodePort", "selector": { "app": "web" }, "ports": [ { "port": 80, "nodePort": 30312 } ] } }
        """)!.AsObject();
}
