using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// A namespace with as many ConfigMaps as Secrets: on a sandbox, or on the real cluster that <c>RSOLV_TEST_KUBECONFIG</c> names.
/// </summary>
/// <param name="Where">The name in the table.</param>
/// <param name="Target">The target to back up.</param>
internal sealed record BackupFixture(string Where, Target Target) : IAsyncDisposable
{
    private const int Concurrency = 16;
    private SandboxChild? _sandbox;

    /// <summary>The folder for backups and records.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rsolv-bench-").FullName;

    /// <summary>What kubectl needs to find the namespace.</summary>
    public string[] Kubectl => ["--kubeconfig", Target.Kubeconfig!, "--namespace", Target.Namespace];

    public static async Task<BackupFixture> OnSandboxAsync(int ofEachKind)
    {
        var sandbox = await SandboxChild.StartAsync();
        var fixture = new BackupFixture("sandbox", sandbox.Target) { _sandbox = sandbox };
        using var cluster = ClusterClient.Connect(fixture.Target, SilentReporter.Instance);
        await fixture.FillAsync(cluster, ofEachKind);
        return fixture;
    }

    /// <summary>Null where no real cluster is named.</summary>
    public static async Task<BackupFixture?> OnClusterAsync(int ofEachKind)
    {
        if (Environment.GetEnvironmentVariable("RSOLV_TEST_KUBECONFIG") is not { Length: > 0 } kubeconfig) return null;
        var name = $"rsolv-bench-{Guid.NewGuid():N}"[..24]; // the namespace of the previous benchmark may still be terminating
        var target = new Target
        {
            Name = "bench",
            ConfigurationPath = kubeconfig,
            Kubeconfig = kubeconfig,
            Namespace = name,
            Deployment = "app",
            Environment = "bench",
        };
        var fixture = new BackupFixture("real cluster", target);
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        await cluster.CreateAsync(ResourceKind.Namespaces, null, new NamespaceManifest(name), dryRun: false, CancellationToken.None);
        await cluster.CreateAsync(
            ResourceKind.Deployments, name, new DeploymentManifest("app", "none") { Replicas = 0 }, dryRun: false, CancellationToken.None);
        await fixture.FillAsync(cluster, ofEachKind);
        return fixture;
    }

    /// <summary>Changes the value of the first objects of both kinds.</summary>
    public async Task ChangeAsync(int ofEachKind, int round)
    {
        using var cluster = ClusterClient.Connect(Target, SilentReporter.Instance);
        foreach (var kind in new[] { ResourceKind.ConfigMaps, ResourceKind.Secrets })
        {
            await EachAsync(ofEachKind, i => cluster.PatchAsync(
                kind,
                Target.Namespace,
                Name(i),
                new PatchRequest(PatchKind.Merge, new JsonObject { ["data"] = Item(kind, i, round)["data"]!.DeepClone() }),
                CancellationToken.None));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        if (_sandbox is not null)
        {
            _sandbox.Dispose();
            return;
        }

        using var cluster = ClusterClient.Connect(Target, SilentReporter.Instance);
        var ns = await cluster.GetAsync(ResourceKind.Namespaces, null, Target.Namespace, CancellationToken.None);
        await cluster.DeleteAsync(ResourceKind.Namespaces, null, DeleteRequest.For(ns), CancellationToken.None);
    }

    private async Task FillAsync(ClusterClient cluster, int ofEachKind)
    {
        foreach (var kind in new[] { ResourceKind.ConfigMaps, ResourceKind.Secrets })
        {
            await EachAsync(
                ofEachKind, i => cluster.CreateAsync(kind, Target.Namespace, Item(kind, i, 0), dryRun: false, CancellationToken.None));
        }
    }

    private static Task EachAsync(int count, Func<int, Task> act) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (index, _) => await act(index));

    private static JsonObject Item(ResourceKind kind, int number, int round)
    {
        var value = new string((char)('a' + ((number + round) % 26)), 400);
        return kind == ResourceKind.Secrets
            ? new SecretManifest(Name(number)) { Text = { ["value"] = value } }
            : new ConfigMapManifest(Name(number)) { Data = { ["value"] = value } };
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"item-{number:00000}");
}
