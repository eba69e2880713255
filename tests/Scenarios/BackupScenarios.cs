using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Backups, and what comes back out of them.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class BackupScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    [Fact]
    public async Task A_backup_takes_the_deployment_and_its_objects_back()
    {
        var hostile = new JsonObject { ["yes"] = "no", ["0x1F"] = "1e3", ["text"] = "---\n- a: &b *c\r\n\ttab é 😀", ["empty"] = "" };
        await CreateAsync(ResourceKind.ConfigMaps, "hostile.name", new JsonObject { ["data"] = hostile.DeepClone() });
        await CreateAsync(ResourceKind.Secrets, "hostile", new JsonObject { ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-value"u8) } });
        var (backup, keys) = await BackupAsync();
        Assert.Equal((StepStatus.Succeeded, On.Good), (backup.Status, backup.Image));

        await UpdateAsync(On.Better);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var undone = await UndoAsync(new RollbackRequest { Template = await folder.ReadObjectAsync("Deployment", On.Target.Deployment, Ct) });
        Assert.Equal((StepStatus.Succeeded, On.Good), (undone.Status, undone.Image));

        await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "hostile.name", Ct);
        await KubectlAsync("apply", "--server-side", "--validate=false", "-f", Path.Combine(backup.Path!, folder.Manifest.Items.Single(item => item.Name == "hostile.name").File));
        Assert.True(JsonNode.DeepEquals(hostile, (await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "hostile.name", Ct))["data"]));
    }

    [Fact]
    public async Task A_restore_brings_back_exactly_what_differs()
    {
        var values = new[] { "", "yes", "0x1F", "1e3", "null", "---", "a: b", "\r\n\t", "x\u0085y", "\u2028", "😀", "# no", "{{ x }}", "${HOME}", new string('z', 5000) };
        var data = new JsonObject(values.Select((value, index) => KeyValuePair.Create($"key.{index}", (JsonNode?)value)));
        await CreateAsync(ResourceKind.ConfigMaps, "changed", new JsonObject { ["data"] = data.DeepClone(), ["binaryData"] = new JsonObject { ["bin"] = "AAH/" } });
        await CreateAsync(ResourceKind.ConfigMaps, "same", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } });
        await CreateAsync(ResourceKind.ConfigMaps, "fixed", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" }, ["immutable"] = true });
        await CreateAsync(ResourceKind.Secrets, "deleted", new JsonObject { ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-one"u8) } });
        await CreateAsync(ResourceKind.Secrets, "rotated", new JsonObject { ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-two"u8) } });
        var (backup, keys) = await BackupAsync();
        Assert.Equal(CheckStatus.Passed, backup.Checks.Single(check => check.Id == "backup.restorable").Status);

        await MergeAsync(ResourceKind.ConfigMaps, "changed", new JsonObject { ["data"] = new JsonObject { ["key.1"] = "no", ["key.2"] = null, ["extra"] = "added by hand" }, ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["by"] = "hand" } } });
        await MergeAsync(ResourceKind.Secrets, "rotated", new JsonObject { ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-three"u8) } });
        await Cluster.DeleteAsync(ResourceKind.Secrets, On.Target.Namespace, "deleted", Ct);
        await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "fixed", Ct);
        await CreateAsync(ResourceKind.ConfigMaps, "fixed", new JsonObject { ["data"] = new JsonObject { ["a"] = "2" }, ["immutable"] = true });
        await CreateAsync(ResourceKind.ConfigMaps, "made-since", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } });

        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.crt"]), Ct);
        Assert.Equal(
            ["ConfigMap/changed Changed", "ConfigMap/fixed Changed", "ConfigMap/made-since Added", "Secret/deleted Deleted", "Secret/rotated Changed"],
            plan.Differences.Where(one => one.Change != ObjectChange.Equal).Select(one => $"{one.Kind}/{one.Name} {one.Change}"));
        Assert.Equal(["data.extra", "data['key.1']", "data['key.2']", "metadata.labels"], plan.Differences.Single(one => one.Name == "changed").Fields.Select(field => field.Path));
        Assert.DoesNotContain("scenario-secret", string.Join('\n', plan.Differences.Select(one => one.Diff)), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("scenario-secret-two"u8), string.Join('\n', plan.Differences.Select(one => one.Diff)), StringComparison.Ordinal);

        var restored = await RestoreAsync(plan);
        Assert.Equal(StepStatus.Failed, restored.Status);
        var refused = Assert.Single(restored.Items, item => item.Action == RestoreAction.Failed);
        Assert.Equal("fixed", refused.Name);
        Assert.Contains("-Recreate", refused.Detail, StringComparison.Ordinal);

        // Run again, it takes up what is left, and what was made since goes with -Prune.
        var rest = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.crt"]), Ct) with { Recreate = true, Prune = true };
        Assert.Equal(["fixed", "made-since"], rest.Changes.Select(change => change.Name));
        var again = await RestoreAsync(rest);
        Assert.Equal((StepStatus.Succeeded, RestoreAction.Recreated, RestoreAction.Pruned), (again.Status, again.Items.Single(item => item.Name == "fixed").Action, again.Items.Single(item => item.Name == "made-since").Action));
        var at = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "changed", Ct);
        Assert.True(JsonNode.DeepEquals(data, at["data"]));
        Assert.Equal("AAH/", at.At("binaryData", "bin").Text());
        Assert.Empty((await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.crt"]), Ct)).Changes);
    }

    [Fact]
    public async Task A_restored_deployment_rolls_back_to_what_it_was()
    {
        var (backup, keys) = await BackupAsync();
        await UpdateAsync(On.Better);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter(["Deployment/*"], []), Ct);
        Assert.Contains(plan.Changes.Single().Fields, field => field.Path == "spec.template.spec.containers[0].image" && field.Backup == $"\"{On.Good}\"");
        Assert.Equal(StepStatus.Succeeded, (await RestoreAsync(plan)).Status);
        Assert.Equal(On.Good, DeploymentReader.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Fact]
    public async Task Kubectl_applies_the_clear_files_of_a_backup_as_they_are()
    {
        // An object's data may take 1 MiB in all.
        var large = string.Concat(Enumerable.Range(0, 30_000).Select(line => $"line {line}: \"é\" \\ yes 0x1F 1e3 ---\r\n\t"))[..(1_000_000)];
        var bytes = Convert.ToBase64String([.. Enumerable.Range(0, 4096).Select(at => (byte)(at * 7))]);
        var made = new Dictionary<string, JsonObject>
        {
            ["large"] = new() { ["data"] = new JsonObject { ["large.txt"] = large } },
            ["binary"] = new() { ["binaryData"] = new JsonObject { ["bin"] = bytes }, ["data"] = new JsonObject { ["yes"] = "no", [".dots..1"] = "- a: b #c\n...\n", ["empty"] = "" } },
            ["1e3"] = new() { ["data"] = new JsonObject { ["null"] = "~", ["0x1F"] = "0x1F", ["lines"] = "a\r\nb\n\n c \t\u2028" }, ["immutable"] = true },
        };
        foreach (var (name, body) in made) await CreateAsync(ResourceKind.ConfigMaps, name, (JsonObject)body.DeepClone());
        var (backup, _) = await BackupAsync();
        foreach (var name in made.Keys) await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, Ct);

        await KubectlAsync("apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, "configmaps"));
        await KubectlAsync("apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, "deployments"));
        foreach (var (name, body) in made)
        {
            var now = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, Ct);
            foreach (var (member, value) in body) Assert.True(JsonNode.DeepEquals(value, now[member]), $"{name}.{member}");
        }

        Assert.Equal(On.Good, DeploymentReader.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Fact]
    public async Task Every_kind_that_can_be_named_comes_back_after_it_was_deleted()
    {
        var before = new Dictionary<(string Kind, string Name), JsonObject>();
        await KubectlAsync("apply", "--namespace", On.Target.Namespace, "--validate=false", "-f", await WriteAsync("kinds.yaml", OfEveryKind));
        foreach (var (kind, name) in KindsMade) before[(kind.Kind, name)] = await Cluster.GetAsync(kind, On.Target.Namespace, name, Ct);
        var (backup, keys) = await BackupAsync([.. KindsMade.Select(made => made.Kind.QualifiedName).Distinct()]);
        Assert.Equal(CheckStatus.Passed, backup.Checks.Single(check => check.Id == "backup.restorable").Status);

        using var folder = BackupFolder.Open(backup.Path!, keys);
        foreach (var byKubectl in new[] { true, false })
        {
            foreach (var (kind, name) in KindsMade) await Cluster.DeleteAsync(kind, On.Target.Namespace, name, Ct);
            if (byKubectl)
            {
                foreach (var kind in KindsMade.Select(made => made.Kind).Distinct())
                    await KubectlAsync("apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, kind.Plural));
            }
            else
            {
                var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["Deployment/*", "ConfigMap/*", "Secret/*", "ServiceAccount/default"]), Ct);
                Assert.Equal(KindsMade.Select(made => $"{made.Kind.Kind}/{made.Name}").Order(StringComparer.Ordinal), plan.Changes.Select(change => $"{change.Kind}/{change.Name}").Order(StringComparer.Ordinal));
                var restored = await RestoreAsync(plan);
                Assert.True(restored.Status == StepStatus.Succeeded, string.Join('\n', restored.Items.Select(item => $"{item.Kind}/{item.Name} {item.Action}: {item.Detail}")));
            }

            foreach (var (kind, name) in KindsMade)
            {
                var now = await Cluster.GetAsync(kind, On.Target.Namespace, name, Ct);
                var was = (JsonObject)before[(kind.Kind, name)].DeepClone();
                // What kubectl said it had applied describes this state, so it comes back as it was; where kubectl itself applies, it says so anew.
                if (byKubectl) was["metadata"]!["annotations"]![LastApplied] = now.At("metadata", "annotations", LastApplied)!.DeepClone();
                else Assert.Equal(was.At("metadata", "annotations", LastApplied).Text(), now.At("metadata", "annotations", LastApplied).Text());
                var (left, right) = (StateComparer.Comparable(Clean(was)), StateComparer.Comparable(Clean(now)));
                Assert.True(JsonNode.DeepEquals(left, right), $"{(byKubectl ? "by kubectl" : "by a restore")}, {kind.Kind}/{name}:\n{left.ToJsonString()}\n{right.ToJsonString()}");
            }
        }
    }

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly (ResourceKind Kind, string Name)[] KindsMade =
    [
        (ResourceKind.ServiceAccounts, "worker"), (ResourceKind.Services, "plain"), (ResourceKind.Services, "headless"), (ResourceKind.Services, "node-port"), (ResourceKind.Services, "elsewhere"),
        (ResourceKind.Ingresses, "front"), (ResourceKind.Autoscalers, "scale"), (ResourceKind.DisruptionBudgets, "budget"), (ResourceKind.CronJobs, "nightly"),
    ];

    // What begins with a brace older kubectl take for JSON.
    private const string OfEveryKind = """
        ---
        { apiVersion: v1, kind: ServiceAccount, metadata: { name: worker, annotations: { example.com/role: "arn:aws:iam::1:role/x" } }, imagePullSecrets: [ { name: pull } ], automountServiceAccountToken: false }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: plain, labels: { "on": "yes" } }, spec: { selector: { app: web }, ports: [ { name: http, port: 80, targetPort: http }, { name: dns, port: 53, protocol: UDP } ] } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: headless }, spec: { clusterIP: None, selector: { app: web }, ports: [ { port: 4369 } ] } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: node-port }, spec: { type: NodePort, selector: { app: web }, ports: [ { port: 80 } ] } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: elsewhere }, spec: { type: ExternalName, externalName: db.example.com } }
        ---
        { apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: front }, spec: { tls: [ { hosts: [ shop.example.com ], secretName: tls } ], rules: [ { host: shop.example.com, http: { paths: [ { path: /, pathType: Prefix, backend: { service: { name: plain, port: { name: http } } } } ] } } ] } }
        ---
        { apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: scale }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: another }, minReplicas: 2, maxReplicas: 9, metrics: [ { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } } ] } }
        ---
        { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: budget }, spec: { maxUnavailable: 25%, selector: { matchLabels: { app: web } } } }
        ---
        { apiVersion: batch/v1, kind: CronJob, metadata: { name: nightly }, spec: { schedule: "0 3 * * *", timeZone: Etc/UTC, suspend: true, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [ { name: job, image: "example.com/job:1", args: [ "yes", "1e3", "" ] } ] } } } } } }
        """;

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, text, Ct);
        return path;
    }

    [Fact]
    public async Task An_applied_object_keeps_every_character()
    {
        // The server reads an apply patch as YAML 1.1, where a bare U+0085 in a string is a line break: kubectl loses it, an escape keeps it.
        var data = new JsonObject { ["nel"] = "a \u0085 b", ["separators"] = "\u2028\u2029", ["bell"] = "\u0007", ["lines"] = "\r\n\t\n", ["face"] = "😀" };
        var applied = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "applied" }, ["data"] = data.DeepClone() };
        await Cluster.PatchAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "applied", new PatchRequest(PatchKind.Apply, applied), Ct);
        Assert.True(JsonNode.DeepEquals(data, (await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "applied", Ct))["data"]));
    }

    [Fact]
    public async Task Whatever_a_cluster_holds_comes_back_after_it_was_deleted()
    {
        var made = GeneratedObjects.Sample(60);
        var before = new List<JsonObject>();
        foreach (var (kind, one) in made) before.Add(await Cluster.CreateAsync(kind, On.Target.Namespace, one, dryRun: false, Ct));
        var (backup, keys) = await BackupAsync();
        foreach (var (kind, one) in made) await Cluster.DeleteAsync(kind, On.Target.Namespace, one.At("metadata", "name").Text()!, Ct);

        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], []), Ct);
        Assert.Equal(made.Count, plan.Changes.Count);
        var restored = await RestoreAsync(plan);
        Assert.Equal(made.Count, restored.Items.Count(item => item.Action == RestoreAction.Created));
        foreach (var ((kind, _), was) in made.Zip(before))
        {
            var now = await Cluster.GetAsync(kind, On.Target.Namespace, was.At("metadata", "name").Text()!, Ct);
            Assert.True(JsonNode.DeepEquals(StateComparer.Comparable(Clean(was)), StateComparer.Comparable(Clean(now))), was.At("metadata", "name").Text());
        }
    }

    [Fact]
    public async Task A_restore_that_loses_the_server_in_the_middle_records_what_it_did_and_is_taken_up()
    {
        var names = Enumerable.Range(0, 100).Select(index => $"many-{index:00}").ToList();
        foreach (var name in names) await CreateAsync(ResourceKind.ConfigMaps, name, new JsonObject { ["data"] = new JsonObject { ["value"] = "before" } });
        var (backup, keys) = await BackupAsync();
        foreach (var name in names) await MergeAsync(ResourceKind.ConfigMaps, name, new JsonObject { ["data"] = new JsonObject { ["value"] = "changed" } });

        var connection = KubeconfigLoader.Load(On.Target.Kubeconfig, On.Target.Context, KubeconfigEnvironment.FromProcess(), SilentReporter.Instance);
        await using var proxy = new CutProxy(connection.Server);
        using var through = new ClusterClient(connection with { Server = proxy.Address }, SilentReporter.Instance, TimeProvider.System);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(through, On.Target, folder, new ObjectFilter(["ConfigMap/many-*"], []), Ct);
        using var ledger = RunLedger.Open(new RunFolder(RunId, Records));
        const int AtOnce = 8; // objects of a restore
        var before = 0;
        AfterSome cut = null!;
        cut = new AfterSome(10, () =>
        {
            proxy.CutAsync().Wait(Ct);
            before = cut.Seen;
        });
        var restored = await StateRestorer.ApplyAsync(through, plan, ledger, cut, Ct);

        Assert.Equal(StepStatus.Failed, restored.Status);
        Assert.Equal(names.Count, restored.Items.Count);
        // Those that were on their way when the connections broke may have arrived.
        Assert.InRange(restored.Items.Count(item => item.Action == RestoreAction.Applied), 10, before + AtOnce);
        Assert.Contains(restored.Items, item => item.Action == RestoreAction.NotReached);
        Assert.Contains($"Restore-RsolvState {On.Target.Name} -BackupPath '{backup.Path}' -Include 'ConfigMap/many-*'", restored.Checks[0].Remedy, StringComparison.Ordinal);
        Assert.Contains(restored.Record!, restored.Checks[0].Remedy, StringComparison.Ordinal);
        var lines = (await File.ReadAllLinesAsync(restored.Record!, Ct)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            restored.Items.Where(item => item.Action != RestoreAction.NotReached).Select(item => $"{item.Name} {item.Action}"),
            lines.Select(line => $"{line["data"]!["name"].Text()} {line["data"]!["action"].Text()}").Order(StringComparer.Ordinal));

        var rest = await StateRestorer.PlanAsync(Cluster, On.Target, folder, plan.Filter, Ct);
        // A write whose answer was lost may have been made: what failed is in doubt, and only comparing tells.
        Assert.Subset(restored.Items.Where(item => item.Action != RestoreAction.Applied).Select(item => item.Name).ToHashSet(), rest.Changes.Select(change => change.Name).ToHashSet());
        Assert.Subset(rest.Changes.Select(change => change.Name).ToHashSet(), restored.Items.Where(item => item.Action == RestoreAction.NotReached).Select(item => item.Name).ToHashSet());
        Assert.Equal(StepStatus.Succeeded, (await RestoreAsync(rest)).Status);
        Assert.Empty((await StateRestorer.PlanAsync(Cluster, On.Target, folder, plan.Filter, Ct)).Changes);
    }

    [Fact]
    public async Task A_secret_whose_type_may_not_be_changed_is_named_and_made_anew_when_asked()
    {
        // Its name tells of what it is not: only what the server says of the field counts.
        await CreateAsync(ResourceKind.Secrets, "immutable", new JsonObject { ["type"] = "example.com/one", ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-value"u8) } });
        var (backup, keys) = await BackupAsync();
        await Cluster.DeleteAsync(ResourceKind.Secrets, On.Target.Namespace, "immutable", Ct);
        await CreateAsync(ResourceKind.Secrets, "immutable", new JsonObject { ["type"] = "example.com/two", ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-value"u8) } });
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter(["Secret/immutable"], []), Ct);
        Assert.Contains("-Recreate", (await RestoreAsync(plan)).Items.Single().Detail, StringComparison.Ordinal);
        Assert.Equal(RestoreAction.Recreated, (await RestoreAsync(plan with { Recreate = true })).Items.Single().Action);
        Assert.Equal("example.com/one", (await Cluster.GetAsync(ResourceKind.Secrets, On.Target.Namespace, "immutable", Ct))["type"].Text());
    }

    private string Records => Path.Combine(Folder, "runs");

    private async Task<StateRestore> RestoreAsync(RestorePlan plan)
    {
        using var ledger = RunLedger.Open(new RunFolder(Runs.RunId.New(DateTimeOffset.UtcNow), Records));
        return await StateRestorer.ApplyAsync(Cluster, plan, ledger, SilentReporter.Instance, Ct);
    }

    private static JsonObject Clean(JsonObject resource)
    {
        ServerManagedFields.Remove(resource);
        return resource;
    }
}
