using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Backups, and restores from them.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class BackupScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task A_backup_restores_the_deployment_and_its_objects()
    {
        var hostile = new JsonObject { ["yes"] = "no", ["0x1F"] = "1e3", ["text"] = "---\n- a: &b *c\r\n\ttab é 😀", ["empty"] = "" };
        await CreateAsync(new ConfigMapManifest("hostile.name") { Data = hostile });
        await CreateAsync(new SecretManifest("hostile") { Text = { ["KEY"] = "scenario-secret-value" } });
        var (backup, keys) = await BackupAsync();
        Assert.Equal((StepStatus.Succeeded, On.Good), (backup.Status, backup.Image));

        await UpdateAsync(On.Better);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var undone = await UndoAsync(
            new RollbackRequest { Template = await folder.ReadObjectAsync("Deployment", On.Target.Deployment, Ct) });
        Assert.Equal((StepStatus.Succeeded, On.Good), (undone.Status, undone.Image));

        await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "hostile.name", Ct);
        await KubectlAsync(
            "apply",
            "--server-side",
            "--validate=false",
            "-f",
            Path.Combine(backup.Path!, folder.Manifest.Items.Single(item => item.Name == "hostile.name").File));
        Assert.True(JsonNode.DeepEquals(
            hostile, (await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "hostile.name", Ct))["data"]));
    }

    [Fact]
    public async Task A_restore_changes_exactly_what_differs()
    {
        var values = new[]
        { "", "yes", "0x1F", "1e3", "null", "---", "a: b", "\r\n\t", "x\u0085y", "\u2028", "😀", "# no", "{{ x }}", "${HOME}", new string(
        'z',
        5000) };
        var data = new JsonObject(values.Select((value, index) => KeyValuePair.Create($"key.{index}", (JsonNode?)value)));
        await CreateAsync(new ConfigMapManifest("changed") { Data = data, BinaryData = { ["bin"] = "AAH/" } });
        await CreateAsync(new ConfigMapManifest("same") { Data = { ["a"] = "1" } });
        await CreateAsync(new ConfigMapManifest("fixed") { Data = { ["a"] = "1" }, Immutable = true });
        await CreateAsync(new SecretManifest("deleted") { Text = { ["KEY"] = "scenario-secret-one" } });
        await CreateAsync(new SecretManifest("rotated") { Text = { ["KEY"] = "scenario-secret-two" } });
        var (backup, keys) = await BackupAsync();
        Assert.Equal(CheckStatus.Passed, backup.Checks.Single(check => check.Id == "backup.restorable").Status);

        await MergeAsync(
            ResourceKind.ConfigMaps,
            "changed",
            """{ "data": { "key.1": "no", "key.2": null, "extra": "added by hand" }, "metadata": { "labels": { "by": "hand" } } }""");
        await MergeAsync(
            ResourceKind.Secrets, "rotated", $$"""{ "data": { "KEY": "{{Convert.ToBase64String("scenario-secret-three"u8)}}" } }""");
        await Cluster.DeleteAsync(ResourceKind.Secrets, On.Target.Namespace, "deleted", Ct);
        await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "fixed", Ct);
        await CreateAsync(new ConfigMapManifest("fixed") { Data = { ["a"] = "2" }, Immutable = true });
        await CreateAsync(new ConfigMapManifest("new") { Data = { ["a"] = "1" } });

        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.*"]), Ct);
        Assert.Equal(
            [
                "ConfigMap/changed Changed",
                "ConfigMap/fixed Changed",
                "ConfigMap/new Added",
                "Secret/deleted Deleted",
                "Secret/rotated Changed",
            ],
            plan.Differences.Where(one => one.Change != ObjectChange.Equal).Select(one => $"{one.Kind}/{one.Name} {one.Change}"));
        Assert.Equal(
            ["data.extra", "data['key.1']", "data['key.2']", "metadata.labels"],
            plan.Differences.Single(one => one.Name == "changed").Fields.Select(field => field.Path));
        Assert.DoesNotContain("scenario-secret", string.Join('\n', plan.Differences.Select(one => one.Diff)), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToBase64String("scenario-secret-two"u8),
            string.Join('\n', plan.Differences.Select(one => one.Diff)),
            StringComparison.Ordinal);

        var restored = await RestoreAsync(plan);
        Assert.Equal(StepStatus.Failed, restored.Status);
        var refused = Assert.Single(restored.Items, item => item.Action == RestoreAction.Failed);
        Assert.Equal("fixed", refused.Name);
        Assert.Contains("-Recreate", refused.Detail, StringComparison.Ordinal);

        // A second run restores the rest, and -Prune deletes what was created since.
        var rest = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.*"]), Ct) with
        {
            Recreate = true,
            Prune = true,
        };
        Assert.Equal(["fixed", "new"], rest.Changes.Select(change => change.Name));
        var again = await RestoreAsync(rest);
        Assert.Equal(
            (StepStatus.Succeeded, RestoreAction.Recreated, RestoreAction.Pruned),
            (again.Status, again.Items.Single(item => item.Name == "fixed").Action, again.Items.Single(item => item.Name == "new").Action));
        var at = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "changed", Ct);
        Assert.True(JsonNode.DeepEquals(data, at["data"]));
        Assert.Equal("AAH/", at.At("binaryData", "bin").Text());
        Assert.Empty(
            (await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.*"]), Ct)).Changes);
    }

    [Fact]
    public async Task A_restored_deployment_rolls_back_to_what_it_was()
    {
        var (backup, keys) = await BackupAsync();
        await UpdateAsync(On.Better);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter(["Deployment/*"], []), Ct);
        Assert.Contains(
            plan.Changes.Single().Fields,
            field => field.Path == "spec.template.spec.containers[0].image" && field.Backup == $"\"{On.Good}\"");
        Assert.Equal(StepStatus.Succeeded, (await RestoreAsync(plan)).Status);
        Assert.Equal(On.Good, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Fact]
    public async Task Kubectl_applies_the_unencrypted_files_of_a_backup_unchanged()
    {
        // An object's data may take 1 MiB in all.
        var large = string.Concat(
            Enumerable.Range(0, 30_000).Select(line => $"line {line}: \"é\" \\ yes 0x1F 1e3 ---\r\n\t"))[..(1_000_000)];
        var bytes = Convert.ToBase64String([.. Enumerable.Range(0, 4096).Select(at => (byte)(at * 7))]);
        ConfigMapManifest[] created =
        [
            new("large") { Data = { ["large.txt"] = large } },
            new("binary")
            {
                BinaryData = { ["bin"] = bytes },
                Data = { ["yes"] = "no", [".dots..1"] = "- a: b #c\n...\n", ["empty"] = "" },
            },
            new("1e3") { Data = { ["null"] = "~", ["0x1F"] = "0x1F", ["lines"] = "a\r\nb\n\n c \t\u2028" }, Immutable = true },
        ];
        foreach (var map in created) await CreateAsync(map);
        var (backup, _) = await BackupAsync();
        foreach (var map in created) await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, map.Name, Ct);

        await KubectlAsync(
            "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, "configmaps"));
        await KubectlAsync(
            "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, "deployments"));
        foreach (var map in created)
        {
            var now = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, map.Name, Ct);
            foreach (var (member, value) in map.ToJson().Where(member => member.Key != "metadata"))
                Assert.True(JsonNode.DeepEquals(value, now[member]), $"{map.Name}.{member}");
        }

        Assert.Equal(On.Good, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Fact]
    public async Task Kubectl_applies_the_files_that_many_objects_share()
    {
        const int Many = 510; // more than a chunk
        var ct = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, Many), ct, async (index, _) =>
        {
            await CreateAsync(new ConfigMapManifest($"shared-{index:000}") { Data = { ["k"] = $"---\nvalue {index}\n..." } });
            await CreateAsync(new SecretManifest($"shared-{index:000}") { Text = { ["k"] = $"scenario-secret-{index}" } });
        });
        var (backup, keys) = await BackupAsync();
        Assert.Contains(backup.Items, item => item is { Kind: "ConfigMap", Offset: > 0 });
        Assert.Contains(backup.Items, item => item is { Kind: "Secret", Offset: > 0 });
        string[] deleted = ["shared-000", "shared-255", "shared-509"];
        await DeleteAsync(ResourceKind.ConfigMaps);
        await KubectlAsync(
            "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, "configmaps"));
        await AssertAllAsync(ResourceKind.ConfigMaps);

        await DeleteAsync(ResourceKind.ConfigMaps);
        await DeleteAsync(ResourceKind.Secrets);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var shared = new ObjectFilter(["ConfigMap/shared-*", "Secret/shared-*"], []);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, shared, Ct);
        Assert.Equal(2 * deleted.Length, plan.Changes.Count);
        Assert.Equal(StepStatus.Succeeded, (await RestoreAsync(plan)).Status);
        await AssertAllAsync(ResourceKind.ConfigMaps);
        await AssertAllAsync(ResourceKind.Secrets);

        async Task DeleteAsync(ResourceKind kind)
        {
            foreach (var name in deleted) await Cluster.DeleteAsync(kind, On.Target.Namespace, name, Ct);
        }

        async Task AssertAllAsync(ResourceKind kind)
        {
            foreach (var index in new[] { 0, 1, 255, 256, 509 })
            {
                var value = (await Cluster.GetAsync(kind, On.Target.Namespace, $"shared-{index:000}", Ct)).At("data", "k").Text();
                var expected = kind == ResourceKind.Secrets
                    ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"scenario-secret-{index}"))
                    : $"---\nvalue {index}\n...";
                Assert.Equal(expected, value);
            }
        }
    }

    [Fact]
    public async Task Every_kind_that_can_be_named_is_restored_after_it_was_deleted()
    {
        var before = new Dictionary<(string Kind, string Name), JsonObject>();
        await KubectlAsync(
            "apply", "--namespace", On.Target.Namespace, "--validate=false", "-f", await WriteAsync("kinds.yaml", ObjectsOfEveryKind));
        foreach (var (kind, name) in CreatedKinds) before[(kind.Kind, name)] = await Cluster.GetAsync(kind, On.Target.Namespace, name, Ct);
        var (backup, keys) = await BackupAsync([.. CreatedKinds.Select(created => created.Kind.QualifiedName).Distinct()]);
        Assert.Equal(CheckStatus.Passed, backup.Checks.Single(check => check.Id == "backup.restorable").Status);

        using var folder = BackupFolder.Open(backup.Path!, keys);
        foreach (var byKubectl in new[] { true, false })
        {
            foreach (var (kind, name) in CreatedKinds) await Cluster.DeleteAsync(kind, On.Target.Namespace, name, Ct);
            if (byKubectl)
            {
                foreach (var kind in CreatedKinds.Select(created => created.Kind).Distinct())
                {
                    await KubectlAsync(
                        "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", Path.Combine(backup.Path!, kind.Plural));
                }
            }
            else
            {
                var plan = await StateRestorer.PlanAsync(
                    Cluster,
                    On.Target,
                    folder,
                    new ObjectFilter([], ["Deployment/*", "ConfigMap/*", "Secret/*", "ServiceAccount/defaul?"]),
                    Ct);
                Assert.Equal(
                    CreatedKinds.Select(created => $"{created.Kind.Kind}/{created.Name}").Order(StringComparer.Ordinal),
                    plan.Changes.Select(change => $"{change.Kind}/{change.Name}").Order(StringComparer.Ordinal));
                var restored = await RestoreAsync(plan);
                Assert.True(
                    restored.Status == StepStatus.Succeeded,
                    string.Join('\n', restored.Items.Select(item => $"{item.Kind}/{item.Name} {item.Action}: {item.Detail}")));
            }

            foreach (var (kind, name) in CreatedKinds)
            {
                var now = await Cluster.GetAsync(kind, On.Target.Namespace, name, Ct);
                var was = (JsonObject)before[(kind.Kind, name)].DeepClone();
                // The annotation of the last apply is restored with the object. Where kubectl applies, it writes a new one.
                if (byKubectl)
                {
                    was["metadata"]!["annotations"]![LastApplied] = now.At("metadata", "annotations", LastApplied)!.DeepClone();
                }
                else
                {
                    Assert.Equal(
                        was.At("metadata", "annotations", LastApplied).Text(), now.At("metadata", "annotations", LastApplied).Text());
                }

                var (left, right) = (
                    StateComparer.Comparable(WithoutServerFields(was)), StateComparer.Comparable(WithoutServerFields(now)));
                Assert.True(
                    JsonNode.DeepEquals(left, right),
                    $"{(byKubectl ? "by kubectl" : "by a restore")}, {kind.Kind}/{name}:\n{left.ToJsonString()}\n{right.ToJsonString()}");
            }
        }
    }

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly (ResourceKind Kind, string Name)[] CreatedKinds =
    [
        (ResourceKind.ServiceAccounts, "worker"),
        (ResourceKind.Services, "plain"),
        (ResourceKind.Services, "headless"),
        (ResourceKind.Services, "node-port"),
        (ResourceKind.Services, "elsewhere"),
        (ResourceKind.Ingresses, "front"), (ResourceKind.Autoscalers, "scale"), (ResourceKind.DisruptionBudgets, "budget"), (
            ResourceKind.CronJobs, "nightly"),
    ];

    // Older versions of kubectl read a document that begins with a brace as JSON.
    private const string ObjectsOfEveryKind = """
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
        // The server reads an apply patch as YAML 1.1, where U+0085 in a string is a line break. kubectl loses it; an escape keeps it.
        var data = new JsonObject
        {
            ["nel"] = "a \u0085 b",
            ["separators"] = "\u2028\u2029",
            ["bell"] = "\u0007",
            ["lines"] = "\r\n\t\n",
            ["face"] = "😀",
        };
        await Cluster.PatchAsync(
            ResourceKind.ConfigMaps,
            On.Target.Namespace,
            "applied",
            new PatchRequest(PatchKind.Apply, new ConfigMapManifest("applied") { Data = data }),
            Ct);
        Assert.True(
            JsonNode.DeepEquals(data, (await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "applied", Ct))["data"]));
    }

    [Fact]
    public async Task Generated_objects_are_restored_after_they_were_deleted()
    {
        var created = GeneratedObjects.Sample(60);
        var before = new List<JsonObject>();
        foreach (var (kind, one) in created) before.Add(await Cluster.CreateAsync(kind, On.Target.Namespace, one, dryRun: false, Ct));
        var (backup, keys) = await BackupAsync();
        foreach (var (kind, one) in created) await Cluster.DeleteAsync(kind, On.Target.Namespace, one.At("metadata", "name").Text()!, Ct);

        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], []), Ct);
        Assert.Equal(created.Count, plan.Changes.Count);
        var restored = await RestoreAsync(plan);
        Assert.Equal(created.Count, restored.Items.Count(item => item.Action == RestoreAction.Created));
        foreach (var ((kind, _), was) in created.Zip(before))
        {
            var now = await Cluster.GetAsync(kind, On.Target.Namespace, was.At("metadata", "name").Text()!, Ct);
            Assert.True(
                JsonNode.DeepEquals(StateComparer.Comparable(WithoutServerFields(was)), StateComparer.Comparable(WithoutServerFields(now))),
                was.At("metadata", "name").Text());
        }
    }

    [Fact]
    public async Task An_object_that_changes_after_it_was_compared_is_not_overwritten()
    {
        await CreateAsync(new ConfigMapManifest("raced") { Data = { ["value"] = "before" } });
        var (backup, keys) = await BackupAsync();
        await MergeAsync(ResourceKind.ConfigMaps, "raced", """{ "data": { "value": "changed" } }""");
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter(["ConfigMap/raced"], []), Ct);
        await MergeAsync(ResourceKind.ConfigMaps, "raced", """{ "data": { "value": "changed again" } }""");

        var restored = Assert.Single((await RestoreAsync(plan)).Items);
        Assert.Equal(RestoreAction.Failed, restored.Action);
        Assert.Contains("the object has been modified", restored.Detail, StringComparison.Ordinal);
        var live = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "raced", Ct);
        Assert.Equal("changed again", live.At("data", "value").Text());
    }

    [Fact]
    public async Task A_restore_that_loses_the_server_records_what_it_did_and_can_be_continued()
    {
        var names = Enumerable.Range(0, 100).Select(index => $"many-{index:00}").ToList();
        foreach (var name in names) await CreateAsync(new ConfigMapManifest(name) { Data = { ["value"] = "before" } });
        var (backup, keys) = await BackupAsync();
        foreach (var name in names) await MergeAsync(ResourceKind.ConfigMaps, name, """{ "data": { "value": "changed" } }""");

        var connection = KubeconfigLoader.Load(
            On.Target.Kubeconfig, On.Target.Context, KubeconfigEnvironment.FromProcess(), SilentReporter.Instance);
        await using var proxy = new CutProxy(connection.Server);
        using var through = new ClusterClient(connection with { Server = proxy.Address }, SilentReporter.Instance, TimeProvider.System);
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(through, On.Target, folder, new ObjectFilter(["ConfigMap/many-*"], []), Ct);
        using var ledger = RunLedger.Open(new RunFolder(RunId, Records));
        const int Concurrency = 8; // of a restore
        var before = 0;
        ReporterAction cut = null!;
        cut = new ReporterAction(10, () =>
        {
            proxy.CutAsync().Wait(Ct);
            before = cut.Updates;
        });
        var restored = await StateRestorer.ApplyAsync(through, plan, ledger, cut, Ct);

        Assert.Equal(StepStatus.Failed, restored.Status);
        Assert.Equal(names.Count, restored.Items.Count);
        // Requests in flight when the connections broke may have arrived.
        Assert.InRange(restored.Items.Count(item => item.Action == RestoreAction.Applied), 10, before + Concurrency);
        Assert.Contains(restored.Items, item => item.Action == RestoreAction.NotReached);
        Assert.Contains(
            $"Restore-RsolvState {On.Target.Name} -BackupPath '{backup.Path}' -Include 'ConfigMap/many-*'",
            restored.Checks[0].Remedy,
            StringComparison.Ordinal);
        Assert.Contains(restored.Record!, restored.Checks[0].Remedy, StringComparison.Ordinal);
        var lines = (await File.ReadAllLinesAsync(restored.Record!, Ct)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            restored.Items.Where(item => item.Action != RestoreAction.NotReached).Select(item => $"{item.Name} {item.Action}"),
            lines.Select(line => $"{line["data"]!["name"].Text()} {line["data"]!["action"].Text()}").Order(StringComparer.Ordinal));

        var rest = await StateRestorer.PlanAsync(Cluster, On.Target, folder, plan.Filter, Ct);
        // A write whose response was lost may have succeeded. Only a comparison shows it.
        Assert.Subset(
            restored.Items.Where(item => item.Action != RestoreAction.Applied).Select(item => item.Name).ToHashSet(),
            rest.Changes.Select(change => change.Name).ToHashSet());
        Assert.Subset(
            rest.Changes.Select(change => change.Name).ToHashSet(),
            restored.Items.Where(item => item.Action == RestoreAction.NotReached).Select(item => item.Name).ToHashSet());
        Assert.Equal(StepStatus.Succeeded, (await RestoreAsync(rest)).Status);
        Assert.Empty((await StateRestorer.PlanAsync(Cluster, On.Target, folder, plan.Filter, Ct)).Changes);
    }

    [Fact]
    public async Task A_Secret_whose_type_is_immutable_is_reported_and_recreated_on_request()
    {
        // The name misleads on purpose: only what the server reports about the field counts.
        await CreateAsync(new SecretManifest("immutable") { Type = "example.com/one", Text = { ["KEY"] = "scenario-secret-value" } });
        var (backup, keys) = await BackupAsync();
        await Cluster.DeleteAsync(ResourceKind.Secrets, On.Target.Namespace, "immutable", Ct);
        await CreateAsync(new SecretManifest("immutable") { Type = "example.com/two", Text = { ["KEY"] = "scenario-secret-value" } });
        using var folder = BackupFolder.Open(backup.Path!, keys);
        var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter(["Secret/immutable"], []), Ct);
        Assert.Contains("-Recreate", (await RestoreAsync(plan)).Items.Single().Detail, StringComparison.Ordinal);
        Assert.Equal(RestoreAction.Recreated, (await RestoreAsync(plan with { Recreate = true })).Items.Single().Action);
        Assert.Equal(
            "example.com/one", (await Cluster.GetAsync(ResourceKind.Secrets, On.Target.Namespace, "immutable", Ct))["type"].Text());
    }

    private string Records => Path.Combine(Folder, "runs");

    private async Task<StateRestore> RestoreAsync(RestorePlan plan)
    {
        using var ledger = RunLedger.Open(new RunFolder(Runs.RunId.New(DateTimeOffset.UtcNow), Records));
        return await StateRestorer.ApplyAsync(Cluster, plan, ledger, SilentReporter.Instance, Ct);
    }

    private static JsonObject WithoutServerFields(JsonObject resource)
    {
        ServerManagedFields.Remove(resource);
        return resource;
    }
}
