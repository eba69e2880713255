using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Scenarios;

/// <summary>What has to hold on the sandbox and on a real cluster alike; a difference is a defect of the sandbox.</summary>
public abstract class DeploymentScenarios : IAsyncLifetime
{
    private const string RunId = "20261124-120000-aaaaaa";
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-scenarios-").FullName;
    private ScenarioCluster _on = null!;
    private ClusterClient _cluster = null!;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected abstract Task<ScenarioCluster> StartAsync();

    private protected abstract ValueTask StopAsync();

    public async ValueTask InitializeAsync()
    {
        _on = await StartAsync();
        _cluster = ClusterClient.Connect(_on.Target, SilentReporter.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster?.Dispose();
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_good_release_is_rolled_out_and_proven()
    {
        var rollout = await UpdateAsync(_on.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal((_on.Better, _on.Good), (rollout.Image, rollout.PreviousImage));
        Assert.All(rollout.Checks.Where(check => check.Id != "rollout.logs"), check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal(2, rollout.Pods.Count);
        Assert.All(rollout.Pods, pod => Assert.True(pod.Ready && pod.ImageId!.EndsWith(_on.Better.Split('@')[1], StringComparison.Ordinal)));
        Assert.Equal(rollout.PreviousRevision + 1, rollout.Revision);
    }

    [Fact]
    public async Task A_crash_loop_is_named_with_exit_code_and_last_line_long_before_the_deadline()
    {
        var clock = Stopwatch.StartNew();
        var rollout = await UpdateAsync(_on.Crashing);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal("CrashLoop", rollout.Diagnosis!.Cause);
        Assert.NotEqual(0, rollout.Diagnosis.ExitCode);
        Assert.NotNull(rollout.Diagnosis.ExitCode);
        Assert.NotEmpty(rollout.Diagnosis.LastLog);
        Assert.NotEmpty(rollout.Diagnosis.Events);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(45), $"it took {clock.Elapsed}");

        var undone = await UndoAsync(new RollbackRequest { PreviousRevision = rollout.PreviousRevision });
        Assert.Equal((StepStatus.Succeeded, _on.Good), (undone.Status, undone.Image));
        Assert.All(undone.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_named()
    {
        var missing = $"{_on.Good.Split('@')[0]}@sha256:{new string('0', 64)}";
        var rollout = await UpdateAsync(missing);
        Assert.Equal((StepStatus.Failed, "ImageNotFound"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains(missing, rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_missing_is_named_with_its_secret()
    {
        await _cluster.PatchAsync(ResourceKind.Deployments, _on.Target.Namespace, _on.Target.Deployment, PatchKind.StrategicMerge, new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["spec"] = new JsonObject
                    {
                        ["containers"] = new JsonArray(new JsonObject
                        {
                            ["name"] = _on.Target.Container,
                            ["env"] = new JsonArray(new JsonObject { ["name"] = "X", ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = "scenario", ["key"] = "NOT_THERE" } } }),
                        })
                    }
                }
            },
        }, dryRun: false, Ct);
        await CreateAsync(ResourceKind.Secrets, "scenario", new JsonObject { ["stringData"] = new JsonObject(), ["data"] = new JsonObject { ["A"] = "eA==" } });
        var rollout = await UpdateAsync(_on.Better);
        Assert.Equal((StepStatus.Failed, "ConfigError"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("NOT_THERE", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_release_is_taken_back_by_itself_when_asked_to()
    {
        var rollout = await UpdateAsync(_on.Crashing, rollback: true);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal((StepStatus.Succeeded, _on.Good), (rollout.Rollback!.Status, rollout.Rollback.Image));
    }

    [Fact]
    public async Task The_same_image_again_changes_nothing()
    {
        var before = await DeploymentAsync();
        var rollout = await UpdateAsync(_on.Good);
        Assert.Equal(StepStatus.Succeeded, rollout.Status);
        Assert.Equal(before.At("metadata", "generation")!.ToJsonString(), (await DeploymentAsync()).At("metadata", "generation")!.ToJsonString());
    }

    [Fact]
    public async Task Undo_goes_to_a_revision_that_is_named_and_refuses_one_that_is_not_there()
    {
        var first = RolloutState.Revision(await DeploymentAsync());
        await UpdateAsync(_on.Better);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => UndoAsync(new RollbackRequest { ToRevision = 999 }));
        Assert.Equal("RevisionNotFound", fault.Id);
        var undone = await UndoAsync(new RollbackRequest { ToRevision = first });
        Assert.Equal((StepStatus.Succeeded, _on.Good), (undone.Status, undone.Image));
    }

    [Fact]
    public async Task A_backup_takes_the_deployment_and_its_objects_back()
    {
        var hostile = new JsonObject { ["yes"] = "no", ["0x1F"] = "1e3", ["text"] = "---\n- a: &b *c\r\n\ttab é 😀", ["empty"] = "" };
        await CreateAsync(ResourceKind.ConfigMaps, "hostile.name", new JsonObject { ["data"] = hostile.DeepClone() });
        await CreateAsync(ResourceKind.Secrets, "hostile", new JsonObject { ["data"] = new JsonObject { ["KEY"] = Convert.ToBase64String("scenario-secret-value"u8) } });
        var (backup, keys) = await BackupAsync();
        Assert.Equal((StepStatus.Succeeded, _on.Good), (backup.Status, backup.Image));

        await UpdateAsync(_on.Better);
        using var folder = BackupFolder.Open(backup.Path!, (manifest, _) => ValueTask.FromResult(keys.FindKey(manifest)));
        var undone = await UndoAsync(new RollbackRequest { Template = await folder.ReadObjectAsync("Deployment", _on.Target.Deployment, Ct) });
        Assert.Equal((StepStatus.Succeeded, _on.Good), (undone.Status, undone.Image));

        await _cluster.DeleteAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "hostile.name", Ct);
        await KubectlAsync("apply", "--server-side", "--validate=false", "-f", Path.Combine(backup.Path!, folder.Manifest.Items.Single(item => item.Name == "hostile.name").File));
        Assert.True(JsonNode.DeepEquals(hostile, (await _cluster.GetAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "hostile.name", Ct))["data"]));
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
        await _cluster.DeleteAsync(ResourceKind.Secrets, _on.Target.Namespace, "deleted", Ct);
        await _cluster.DeleteAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "fixed", Ct);
        await CreateAsync(ResourceKind.ConfigMaps, "fixed", new JsonObject { ["data"] = new JsonObject { ["a"] = "2" }, ["immutable"] = true });
        await CreateAsync(ResourceKind.ConfigMaps, "made-since", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } });

        using var folder = BackupFolder.Open(backup.Path!, (manifest, _) => ValueTask.FromResult(keys.FindKey(manifest)));
        var plan = await StateRestorer.PlanAsync(_cluster, _on.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.crt"]), Ct);
        Assert.Equal(
            ["ConfigMap/changed Changed", "ConfigMap/fixed Changed", "ConfigMap/made-since Added", "Secret/deleted Deleted", "Secret/rotated Changed"],
            plan.Differences.Where(one => one.Change != ObjectChange.Equal).Select(one => $"{one.Kind}/{one.Name} {one.Change}"));
        Assert.Equal(["data.extra", "data['key.1']", "data['key.2']", "metadata.labels"], plan.Differences.Single(one => one.Name == "changed").Fields.Select(field => field.Path));
        Assert.DoesNotContain("scenario-secret", string.Join('\n', plan.Differences.Select(one => one.Diff)), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("scenario-secret-two"u8), string.Join('\n', plan.Differences.Select(one => one.Diff)), StringComparison.Ordinal);

        var restored = await StateRestorer.ApplyAsync(_cluster, plan, RunId, SilentReporter.Instance, Ct);
        Assert.Equal(StepStatus.Failed, restored.Status);
        var refused = Assert.Single(restored.Items, item => item.Action == RestoreAction.Failed);
        Assert.Equal("fixed", refused.Name);
        Assert.Contains("-Recreate", refused.Detail, StringComparison.Ordinal);

        // Run again, it takes up what is left, and what was made since goes with -Prune.
        var rest = await StateRestorer.PlanAsync(_cluster, _on.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.crt"]), Ct) with { Recreate = true, Prune = true };
        Assert.Equal(["fixed", "made-since"], rest.Changes.Select(change => change.Name));
        var again = await StateRestorer.ApplyAsync(_cluster, rest, RunId, SilentReporter.Instance, Ct);
        Assert.Equal((StepStatus.Succeeded, RestoreAction.Recreated, RestoreAction.Pruned), (again.Status, again.Items.Single(item => item.Name == "fixed").Action, again.Items.Single(item => item.Name == "made-since").Action));
        var at = await _cluster.GetAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "changed", Ct);
        Assert.True(JsonNode.DeepEquals(data, at["data"]));
        Assert.Equal("AAH/", at.At("binaryData", "bin").Text());
        Assert.Empty((await StateRestorer.PlanAsync(_cluster, _on.Target, folder, new ObjectFilter([], ["ConfigMap/kube-root-ca.crt"]), Ct)).Changes);
    }

    [Fact]
    public async Task A_restored_deployment_rolls_back_to_what_it_was()
    {
        var (backup, keys) = await BackupAsync();
        await UpdateAsync(_on.Better);
        using var folder = BackupFolder.Open(backup.Path!, (manifest, _) => ValueTask.FromResult(keys.FindKey(manifest)));
        var plan = await StateRestorer.PlanAsync(_cluster, _on.Target, folder, new ObjectFilter(["Deployment/*"], []), Ct);
        Assert.Contains(plan.Changes.Single().Fields, field => field.Path == "spec.template.spec.containers[0].image" && field.Backup == $"\"{_on.Good}\"");
        Assert.Equal(StepStatus.Succeeded, (await StateRestorer.ApplyAsync(_cluster, plan, RunId, SilentReporter.Instance, Ct)).Status);
        Assert.Equal(_on.Good, DeploymentReading.Image((await DeploymentAsync()).At("spec", "template"), _on.Target.Container!));
    }

    [Fact]
    public async Task An_applied_object_keeps_every_character()
    {
        // The server reads an apply patch as YAML 1.1, where a bare U+0085 in a string is a line break: kubectl loses it, an escape keeps it.
        var data = new JsonObject { ["nel"] = "a \u0085 b", ["separators"] = "\u2028\u2029", ["bell"] = "\u0007", ["lines"] = "\r\n\t\n", ["face"] = "😀" };
        var applied = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "applied" }, ["data"] = data.DeepClone() };
        await _cluster.PatchAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "applied", PatchKind.Apply, applied, dryRun: false, Ct);
        Assert.True(JsonNode.DeepEquals(data, (await _cluster.GetAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "applied", Ct))["data"]));
    }

    [Fact]
    public async Task A_way_back_that_was_planned_before_somebody_changed_the_deployment_is_refused()
    {
        await UpdateAsync(_on.Better);
        var plan = await DeploymentRollback.PlanAsync(_cluster, _on.Target, new RollbackRequest(), Ct);
        await MergeAsync(ResourceKind.Deployments, _on.Target.Deployment, new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["by"] = "somebody else" } } } } });
        var changed = await DeploymentAsync();
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => DeploymentRollback.ApplyAsync(_cluster, plan, new RollbackOptions { Timeout = TimeSpan.FromMinutes(1), Reason = "scenario" }, RunId, SilentReporter.Instance, Ct));
        Assert.Equal("Conflict", fault.Id);
        Assert.Equal(changed.At("metadata", "generation")!.ToJsonString(), (await DeploymentAsync()).At("metadata", "generation")!.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var before = await DeploymentAsync();
        var answer = await _cluster.PatchAsync(ResourceKind.Deployments, _on.Target.Namespace, _on.Target.Deployment, PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["minReadySeconds"] = 7 } }, dryRun: true, Ct);
        Assert.Equal(7, answer.At("spec", "minReadySeconds").Number());
        Assert.Null((await DeploymentAsync()).At("spec", "minReadySeconds"));
        Assert.Null(before.At("spec", "minReadySeconds"));
    }

    [Fact]
    public async Task What_is_not_there_is_named_and_so_is_its_namespace()
    {
        Assert.Equal("NotFound", (await Assert.ThrowsAnyAsync<DeployException>(() => _cluster.GetAsync(ResourceKind.Deployments, _on.Target.Namespace, "nothing", Ct))).Id);
        Assert.Equal("NamespaceNotFound", (await Assert.ThrowsAnyAsync<DeployException>(() => _cluster.GetAsync(ResourceKind.Deployments, "no-such-namespace", "nothing", Ct))).Id);
    }

    [Fact]
    public async Task A_write_with_an_old_version_is_refused()
    {
        await CreateAsync(ResourceKind.ConfigMaps, "contested", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } });
        var seen = await _cluster.GetAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "contested", Ct);
        await _cluster.PatchAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "contested", PatchKind.Merge, new JsonObject { ["data"] = new JsonObject { ["a"] = "2" } }, dryRun: false, Ct);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => _cluster.ReplaceAsync(ResourceKind.ConfigMaps, _on.Target.Namespace, "contested", seen, dryRun: false, Ct));
        Assert.Equal("Conflict", fault.Id);
    }

    private async Task<(StateBackup Backup, BackupKeyStore Keys)> BackupAsync()
    {
        var keys = new BackupKeyStore(Path.Combine(_folder, "keys"));
        var plan = StateArchive.Plan(_on.Target, DateTimeOffset.UtcNow, RunId, Path.Combine(_folder, "backups"), null);
        return (await StateArchive.WriteAsync(_cluster, plan with { Encryption = BackupEncryption.Plan(_on.Target.Backup, null, keys) }, SilentReporter.Instance, Ct), keys);
    }

    private Task<JsonObject> MergeAsync(ResourceKind kind, string name, JsonObject patch) => _cluster.PatchAsync(kind, _on.Target.Namespace, name, PatchKind.Merge, patch, dryRun: false, Ct);

    private async Task<Rollout> UpdateAsync(string image, bool rollback = false)
    {
        var plan = await DeploymentUpdater.PlanAsync(_cluster, _on.Target, image, Ct);
        return await DeploymentUpdater.ApplyAsync(_cluster, plan, new UpdateOptions { Timeout = TimeSpan.FromMinutes(2), RollbackOnFailure = rollback }, RunId, SilentReporter.Instance, Ct);
    }

    private async Task<Rollback> UndoAsync(RollbackRequest request)
    {
        var plan = await DeploymentRollback.PlanAsync(_cluster, _on.Target, request, Ct);
        return await DeploymentRollback.ApplyAsync(_cluster, plan, new RollbackOptions { Timeout = TimeSpan.FromMinutes(2), Reason = "scenario" }, RunId, SilentReporter.Instance, Ct);
    }

    private Task<JsonObject> DeploymentAsync() => _cluster.GetAsync(ResourceKind.Deployments, _on.Target.Namespace, _on.Target.Deployment, Ct);

    private async Task CreateAsync(ResourceKind kind, string name, JsonObject body)
    {
        body["apiVersion"] = kind.ApiVersion;
        body["kind"] = kind.Kind;
        body["metadata"] = new JsonObject { ["name"] = name };
        await _cluster.CreateAsync(kind, _on.Target.Namespace, body, dryRun: false, Ct);
    }

    private async Task KubectlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--kubeconfig", _on.Target.Kubeconfig!, .. arguments]) start.ArgumentList.Add(argument);
        try
        {
            using var kubectl = Process.Start(start)!;
            var output = kubectl.StandardOutput.ReadToEndAsync(Ct);
            var errors = await kubectl.StandardError.ReadToEndAsync(Ct);
            await kubectl.WaitForExitAsync(Ct);
            Assert.True(kubectl.ExitCode == 0, $"{await output}{errors}");
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no kubectl on PATH: that it reads the files of a backup was not tried.");
        }
    }
}
