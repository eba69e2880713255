using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Objects with fields that the server or its controllers fill: they are restored after they were deleted.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class GeneratedFieldScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string TokenType = "kubernetes.io/service-account-token";

    // In the order in which they are deleted.
    private static readonly (ResourceKind Kind, string Name)[] Created =
    [
        (ResourceKind.Jobs, "once"), (ResourceKind.Jobs, "manual"), (ResourceKind.Pods, "bare"),
        (ResourceKind.PersistentVolumeClaims, "claim"), (ResourceKind.Services, "plain"), (ResourceKind.Services, "headless"),
        (ResourceKind.Services, "node-port"), (ResourceKind.Secrets, "token"), (ResourceKind.ServiceAccounts, "worker"),
    ];

    private readonly List<string> _volumes = [];

    [Fact]
    public async Task Every_kind_of_the_table_is_restored_after_it_was_deleted()
    {
        Assert.Subset(
            Created.Select(one => one.Kind.Kind).ToHashSet(), ServerAssignedFields.All.Select(field => field.Kind).ToHashSet());
        try
        {
            await CreateVolumeAsync();
            await ApplyAsync("objects.yaml", Objects());
            await WaitAsync(ResourceKind.PersistentVolumeClaims, "claim", claim => claim.At("status", "phase").Text() == "Bound");
            await WaitAsync(ResourceKind.Secrets, "token", secret => secret.At("data", "token") is not null);
            await WaitAsync(ResourceKind.Pods, "bare", pod => pod.At("spec", "nodeName") is not null);
            var before = await ReadAsync();
            var (backup, keys) = await BackupAsync(
                "jobs.batch", "pods:scenario=generated", "persistentvolumeclaims", "services", "serviceaccounts");
            var restorable = backup.Checks.Single(check => check.Id == "backup.restorable");
            Assert.True(restorable.Status == CheckStatus.Passed, restorable.Evidence);

            using var folder = BackupFolder.Open(backup.Path!, keys);
            foreach (var byKubectl in new[] { true, false })
            {
                await CreateVolumeAsync();
                foreach (var (kind, name) in Created.Where(one => !byKubectl || IsReadable(one.Kind))) await DeleteAsync(kind, name);
                if (byKubectl) await ApplyFilesAsync(folder, backup.Path!);
                else await RestoreAllAsync(folder);

                await WaitAsync(ResourceKind.PersistentVolumeClaims, "claim", claim => claim.At("status", "phase").Text() == "Bound");
                await WaitAsync(ResourceKind.Secrets, "token", secret => secret.At("data", "token") is not null);
                var now = await ReadAsync();
                foreach (var one in Created)
                {
                    var (was, restored) = (Comparable(before[one], byKubectl), Comparable(now[one], byKubectl));
                    Assert.True(JsonNode.DeepEquals(was, restored), $"{one}:\n{was.ToJsonString()}\n{restored.ToJsonString()}");
                }

                Assert.NotEqual(Selector(before), Selector(now));
            }
        }
        finally
        {
            foreach (var volume in _volumes) await KubectlAsync("delete", "persistentvolume", volume, "--wait=false");
        }
    }

    [Fact]
    public async Task The_server_refuses_a_Job_with_the_selector_of_another_Job()
    {
        await ApplyAsync("job.yaml", Job);
        var job = await Cluster.GetAsync(ResourceKind.Jobs, On.Target.Namespace, "once", Ct);
        await DeleteAsync(ResourceKind.Jobs, "once");
        foreach (var field in new[] { "resourceVersion", "uid", "creationTimestamp", "managedFields" })
            job["metadata"]!.AsObject().Remove(field);
        var refused = await Assert.ThrowsAsync<ApiException>(
            () => Cluster.CreateAsync(ResourceKind.Jobs, On.Target.Namespace, job, dryRun: true, Ct));
        Assert.Equal(422, refused.StatusCode);
    }

    [Fact]
    public async Task A_Service_whose_node_port_was_taken_gets_another_one()
    {
        await ApplyAsync("first.yaml", NodePort("first", null));
        var (backup, keys) = await BackupAsync("services");
        var port = (await NodePortAsync("first"))!.Value;
        await DeleteAsync(ResourceKind.Services, "first");
        await ApplyAsync("second.yaml", NodePort("second", port));
        Assert.Equal(port, await NodePortAsync("second"));

        using var folder = BackupFolder.Open(backup.Path!, keys);
        var restored = Assert.Single((await RestoreAsync(folder, new ObjectFilter(["Service/first"], []))).Items);

        Assert.Equal(RestoreAction.Created, restored.Action);
        Assert.Contains("node port", restored.Detail, StringComparison.Ordinal);
        Assert.NotEqual(port, await NodePortAsync("first"));
    }

    [Fact]
    public async Task An_object_that_a_quota_allows_once_is_restorable()
    {
        await ApplyAsync("objects.yaml", NodePort("first", null));
        await ApplyAsync("quota.yaml", """
            ---
            { apiVersion: v1, kind: ResourceQuota, metadata: { name: ports }, spec: { hard: { services.nodeports: "1" } } }
            """);
        await WaitAsync(ResourceKind.ResourceQuotas, "ports", quota => quota.At("status", "hard", "services.nodeports") is not null);

        var (backup, _) = await BackupAsync("services");

        Assert.Equal(CheckStatus.Passed, backup.Checks.Single(check => check.Id == "backup.restorable").Status);
    }

    private const string Job = """
        ---
        { apiVersion: batch/v1, kind: Job, metadata: { name: once, labels: { app: once } }, spec: { suspend: true, template: { metadata: { labels: { app: once } }, spec: { restartPolicy: Never, containers: [ { name: job, image: "example.com/job:1" } ] } } } }
        """;

    private string Objects() => $$"""
        {{Job}}
        ---
        { apiVersion: batch/v1, kind: Job, metadata: { name: manual }, spec: { suspend: true, manualSelector: true, selector: { matchLabels: { job: manual } }, template: { metadata: { labels: { job: manual } }, spec: { restartPolicy: Never, containers: [ { name: job, image: "example.com/job:1" } ] } } } }
        ---
        { apiVersion: v1, kind: ServiceAccount, metadata: { name: worker }, secrets: [ { name: token } ] }
        ---
        { apiVersion: v1, kind: Secret, metadata: { name: token, annotations: { kubernetes.io/service-account.name: worker } }, type: {{TokenType}} }
        ---
        { apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: claim }, spec: { accessModes: [ ReadWriteOnce ], storageClassName: "{{On.Target.Namespace}}", resources: { requests: { storage: 1Mi } } } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: plain }, spec: { selector: { app: web }, ports: [ { port: 80 } ] } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: headless }, spec: { clusterIP: None, selector: { app: web }, ports: [ { port: 80 } ] } }
        {{NodePort("node-port", null)}}
        ---
        { apiVersion: v1, kind: Pod, metadata: { name: bare, labels: { scenario: generated } }, spec: { terminationGracePeriodSeconds: 1, containers: [ { name: app, image: "{{On.Good}}" } ] } }
        """;

    private static string NodePort(string name, int? port) => $$"""
        ---
        { apiVersion: v1, kind: Service, metadata: { name: {{name}} }, spec: { type: NodePort, selector: { app: web }, ports: [ { port: 80{{(port is null ? "" : $", nodePort: {port}")}} } ] } }
        """;

    private async Task CreateVolumeAsync()
    {
        var name = $"{On.Target.Namespace}-{_volumes.Count}";
        _volumes.Add(name);
        await ApplyAsync($"{name}.yaml", $$"""
            ---
            { apiVersion: v1, kind: PersistentVolume, metadata: { name: {{name}} }, spec: { storageClassName: "{{On.Target.Namespace}}", accessModes: [ ReadWriteOnce ], capacity: { storage: 1Mi }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /nowhere } } }
            """);
    }

    private async Task ApplyAsync(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        await File.WriteAllTextAsync(path, text, Ct);
        await KubectlAsync("apply", "--namespace", On.Target.Namespace, "--validate=false", "-f", path);
    }

    private async Task ApplyFilesAsync(BackupFolder folder, string path)
    {
        foreach (var item in folder.Manifest.Items.Where(item => Created.Contains((folder.Manifest.FindKind(item.Kind), item.Name))
            && IsReadable(folder.Manifest.FindKind(item.Kind))))
        {
            await KubectlAsync(
                "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(path, item.File));
        }
    }

    // The files of Secrets are encrypted, so kubectl cannot apply them; the token of an account is deleted with the account.
    private static bool IsReadable(ResourceKind kind) => kind != ResourceKind.Secrets && kind != ResourceKind.ServiceAccounts;

    private async Task RestoreAllAsync(BackupFolder folder)
    {
        var restored = await RestoreAsync(folder, new ObjectFilter([.. Created.Select(one => $"{one.Kind.Kind}/{one.Name}")], []));
        Assert.True(
            restored.Status == StepStatus.Succeeded,
            string.Join('\n', restored.Items.Select(item => $"{item.Kind}/{item.Name} {item.Action}: {item.Detail}")));
        Assert.Equal(Created.Length, restored.Items.Count(item => item.Action == RestoreAction.Created));
    }

    private async Task<StateRestore> RestoreAsync(BackupFolder folder, ObjectFilter filter)
    {
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, filter, Ct);
        using var ledger = RunLedger.Open(
            new RunFolder(Runs.RunId.New(DateTimeOffset.UtcNow), Path.Combine(Folder, "runs")));
        return await StateRestorer.ApplyAsync(Cluster, plan, ledger, SilentReporter.Instance, Ct);
    }

    private async Task<Dictionary<(ResourceKind Kind, string Name), JsonObject>> ReadAsync()
    {
        var objects = new Dictionary<(ResourceKind Kind, string Name), JsonObject>();
        foreach (var one in Created) objects[one] = await Cluster.GetAsync(one.Kind, On.Target.Namespace, one.Name, Ct);
        return objects;
    }

    private static string? Selector(Dictionary<(ResourceKind Kind, string Name), JsonObject> objects) =>
        objects[(ResourceKind.Jobs, "once")].At("spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid").Text();

    private static JsonObject Comparable(JsonObject resource, bool byKubectl)
    {
        var copy = resource.DeepClone().AsObject();
        ServerManagedFields.Remove(copy);
        // Where kubectl applies, it may write its annotation anew.
        if (byKubectl) (copy.At("metadata", "annotations") as JsonObject)?.Remove("kubectl.kubernetes.io/last-applied-configuration");
        return StateComparer.Comparable(copy);
    }

    private async Task<int?> NodePortAsync(string name) =>
        (await Cluster.GetAsync(ResourceKind.Services, On.Target.Namespace, name, Ct))["spec"]!["ports"]![0]!["nodePort"]?.GetValue<int>();

    // Finalizers and running containers keep a deleted object for a while.
    private async Task DeleteAsync(ResourceKind kind, string name)
    {
        await Cluster.DeleteAsync(kind, On.Target.Namespace, name, Ct);
        if (await Cluster.FindAsync(kind, On.Target.Namespace, name, Ct) is null) return;
        await foreach (var change in WatchAsync(kind, name))
            if (change.Type == WatchEventType.Deleted || await Cluster.FindAsync(kind, On.Target.Namespace, name, Ct) is null) return;
    }

    private async Task WaitAsync(ResourceKind kind, string name, Func<JsonObject, bool> isReached)
    {
        await foreach (var change in WatchAsync(kind, name))
            if (isReached(change.Object)) return;
    }

    private IAsyncEnumerable<WatchEvent> WatchAsync(ResourceKind kind, string name) =>
        Cluster.WatchAsync(new WatchRequest(kind, On.Target.Namespace) { FieldSelector = $"metadata.name={name}" }, Ct);
}
