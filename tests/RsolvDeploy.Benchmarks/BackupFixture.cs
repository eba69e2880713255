using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Benchmarks;

/// <summary>A namespace with as many ConfigMaps as Secrets: on a sandbox, or on the real cluster that <c>RSOLV_TEST_KUBECONFIG</c> names.</summary>
/// <param name="Where">As the table shows it.</param>
/// <param name="Target">What is backed up.</param>
internal sealed record BackupFixture(string Where, Target Target) : IAsyncDisposable
{
    private const int AtOnce = 16;
    private SandboxChild? _sandbox;

    /// <summary>Where backups and records of the contest go.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rsolv-bench-").FullName;

    /// <summary>What kubectl needs to find the namespace.</summary>
    public string[] Kubectl => ["--kubeconfig", Target.Kubeconfig!, "--namespace", Target.Namespace];

    public static async Task<BackupFixture> OnSandboxAsync(int ofEachKind)
    {
        var sandbox = await SandboxChild.StartAsync();
        var stage = new BackupFixture("sandbox", sandbox.Target) { _sandbox = sandbox };
        using var cluster = ClusterClient.Connect(stage.Target, SilentReporter.Instance);
        await stage.FillAsync(cluster, ofEachKind);
        return stage;
    }

    /// <summary>Null where no real cluster is named.</summary>
    public static async Task<BackupFixture?> OnClusterAsync(int ofEachKind)
    {
        if (Environment.GetEnvironmentVariable("RSOLV_TEST_KUBECONFIG") is not { Length: > 0 } kubeconfig) return null;
        var name = $"rsolv-bench-{Guid.NewGuid():N}"[..24]; // the one of the contest before may still be on its way out
        var target = new Target { Name = "bench", ConfigurationPath = kubeconfig, Kubeconfig = kubeconfig, Namespace = name, Deployment = "app", Environment = "bench" };
        var stage = new BackupFixture("real cluster", target);
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        await cluster.CreateAsync(ResourceKind.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, dryRun: false, CancellationToken.None);
        await cluster.CreateAsync(ResourceKind.Deployments, name, JsonNode.Parse("""
            { "metadata": { "name": "app" }, "spec": { "replicas": 0, "selector": { "matchLabels": { "app": "app" } },
              "template": { "metadata": { "labels": { "app": "app" } }, "spec": { "containers": [ { "name": "app", "image": "none" } ] } } } }
            """)!.AsObject(), dryRun: false, CancellationToken.None);
        await stage.FillAsync(cluster, ofEachKind);
        return stage;
    }

    /// <summary>Gives the first objects of both kinds another value.</summary>
    public async Task ChangeAsync(int ofEachKind, int round)
    {
        using var cluster = ClusterClient.Connect(Target, SilentReporter.Instance);
        foreach (var kind in new[] { ResourceKind.ConfigMaps, ResourceKind.Secrets })
            await EachAsync(ofEachKind, i => cluster.PatchAsync(kind, Target.Namespace, Name(i), new PatchRequest(PatchKind.Merge, new JsonObject { ["data"] = Data(kind, i, round) }), CancellationToken.None));
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
        await cluster.DeleteAsync(ResourceKind.Namespaces, null, Target.Namespace, CancellationToken.None);
    }

    private async Task FillAsync(ClusterClient cluster, int ofEachKind)
    {
        foreach (var kind in new[] { ResourceKind.ConfigMaps, ResourceKind.Secrets })
            await EachAsync(ofEachKind, i => cluster.CreateAsync(kind, Target.Namespace, Item(kind, i, 0), dryRun: false, CancellationToken.None));
    }

    private static Task EachAsync(int count, Func<int, Task> act) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, _) => await act(index));

    private static JsonObject Item(ResourceKind kind, int number, int round) =>
        new() { ["apiVersion"] = "v1", ["kind"] = kind.Kind, ["metadata"] = new JsonObject { ["name"] = Name(number) }, ["data"] = Data(kind, number, round) };

    private static JsonObject Data(ResourceKind kind, int number, int round)
    {
        var value = new string((char)('a' + ((number + round) % 26)), 400);
        return new JsonObject { ["value"] = kind == ResourceKind.Secrets ? Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) : value };
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"item-{number:00000}");
}
