using System.Diagnostics.CodeAnalysis;
using System.Security;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollouts.Live;
using RsolvDeploy.Runs;
using RsolvDeploy.Triggers;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Releases of several workloads, and workloads of other kinds than Deployments.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class WorkloadScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private static readonly Workload Worker = new(WorkloadKind.StatefulSet, "worker");
    private static readonly Workload Agent = new(WorkloadKind.DaemonSet, "agent");
    private static readonly Workload Nightly = new(WorkloadKind.CronJob, "nightly");

    private Workload Web => new(WorkloadKind.Deployment, On.Target.Deployment) { Container = On.Target.Container };

    [Fact]
    public async Task Web_worker_and_CronJob_are_updated_as_one_release()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good), new CronJobManifest("nightly", On.Good));
        var target = Release(Web, Worker, Nightly);
        var rollout = await UpdateAsync(target, On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.All(
            rollout.Workloads,
            one => Assert.Equal((StepStatus.Succeeded, On.Better, On.Good), (one.Status, one.Image, one.PreviousImage)));
        Assert.Equal([Web, Worker, Nightly], rollout.Workloads.Select(one => one.Workload));
        Assert.Equal(2, rollout.Workloads[1].Pods.Count);
        Assert.All(rollout.Workloads[1].Pods, pod => Assert.True(pod.Ready));
        Assert.Equal(rollout.Workloads[1].PreviousRevision + 1, rollout.Workloads[1].Revision);
        Assert.All(await ImagesAsync(target), image => Assert.Equal(On.Better, image));
        Assert.All(rollout.Checks.Where(check => check.Id != "rollout.logs"), check => Assert.Equal(CheckStatus.Passed, check.Status));
        // One after the other: the worker was not touched before the web was complete.
        var last = rollout.Workloads[0].Timeline[^1].At;
        Assert.True(rollout.Workloads[1].Timeline[0].At >= last);
        var release = Assert.Single(await new ReleaseHistory(Cluster, target).ReadAsync(Ct));
        Assert.Equal(["Deployment", "StatefulSet", "CronJob"], release.Workloads.Select(one => $"{one.Kind}"));
        Assert.All(release.Workloads, one => Assert.Equal((On.Better, On.Good), (one.Image, one.PreviousImage)));
    }

    [Fact]
    public async Task When_the_worker_fails_everything_that_was_written_is_rolled_back_and_the_rest_is_not_started()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good), new CronJobManifest("nightly", On.Good));
        await MergeDeploymentAsync("""{ "replicas": 0 }"""); // the web has no pod that the image could break
        var target = Release(Web, Worker, Nightly);
        var rollout = await UpdateAsync(target, On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.StartsWith("StatefulSet/worker: ", rollout.Diagnosis!.Message, StringComparison.Ordinal);
        Assert.Equal(
            [StepStatus.Succeeded, StepStatus.Failed, StepStatus.Skipped], rollout.Workloads.Select(one => one.Status));
        Assert.True(rollout.Rollback!.Status == StepStatus.Succeeded, $"{rollout.Rollback.Diagnosis}");
        Assert.Equal([Web, Worker], rollout.Rollback.Workloads.Select(one => one.Workload));
        Assert.All(rollout.Rollback.Workloads, one => Assert.Equal((StepStatus.Succeeded, On.Good), (one.Status, one.Image)));
        Assert.All(await ImagesAsync(target), image => Assert.Equal(On.Good, image));
    }

    [Fact]
    public async Task At_once_all_are_written_and_all_are_rolled_back()
    {
        await CreateAsync(new DaemonSetManifest("agent", On.Good), new CronJobManifest("nightly", On.Good));
        var target = Release(Agent, Web, Nightly);
        target = target with { Rollout = target.Rollout with { Order = RolloutOrder.Parallel } };
        var rollout = await UpdateAsync(target, On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal(3, rollout.Rollback!.Workloads.Count);
        Assert.True(rollout.Rollback.Status == StepStatus.Succeeded, $"{rollout.Rollback.Diagnosis}");
        Assert.All(await ImagesAsync(target), image => Assert.Equal(On.Good, image));
    }

    [Fact]
    public async Task A_workload_that_somebody_else_deployed_meanwhile_is_not_rolled_back_with_the_others()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good));
        await MergeDeploymentAsync("""{ "replicas": 0 }""");
        var target = Release(Web, Worker);
        target = target with { Rollout = Patience(RolloutCauses.CrashLoop, 600) };
        var update = UpdateAsync(target, On.Crashing, rollback: true);
        await UntilAsync(ResourceKind.StatefulSets, item => PodTemplate.Image(PodTemplate.Of(item), "worker") == On.Crashing);
        await Cluster.PatchAsync(
            ResourceKind.StatefulSets,
            On.Target.Namespace,
            "worker",
            new PatchRequest(PatchKind.StrategicMerge, DeploymentPatch.Container("worker", $$"""{ "image": "{{On.Better}}" }""")),
            Ct);
        var rollout = await update;
        Assert.Equal((StepStatus.Failed, "Superseded"), (rollout.Status, rollout.Workloads[1].Diagnosis!.Cause));
        Assert.Equal(Web, Assert.Single(rollout.Rollback!.Workloads).Workload);
        Assert.Equal([On.Good, On.Better], await ImagesAsync(target));
    }

    // With the policy Parallel Kubernetes 1.35.0 to 1.35.3 wait, too (kubernetes/kubernetes#137409), and so does the sandbox here.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_StatefulSet_that_waits_for_a_broken_pod_is_rolled_back_all_the_same(bool isParallel)
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Parallel = isParallel });
        var target = Release(Worker);
        var missing = $"{On.Good.Split('@')[0]}@sha256:{new string('0', 64)}";
        var rollout = await RunAsync(target, missing, new UpdateOptions { Timeout = TimeSpan.FromSeconds(10), RollbackOnFailure = true });
        Assert.NotEqual(StepStatus.Succeeded, rollout.Status);
        Assert.True(rollout.Rollback!.Status == StepStatus.Succeeded, $"{rollout.Rollback.Diagnosis}");
        Assert.All(await PodImagesAsync("worker"), image => Assert.Equal(On.Good, image));
    }

    [Fact]
    public async Task A_broken_pod_that_a_StatefulSet_waits_for_is_named_with_what_to_do()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good));
        var target = Release(Worker);
        var missing = $"{On.Good.Split('@')[0]}@sha256:{new string('0', 64)}";
        var options = new UpdateOptions { Timeout = TimeSpan.FromSeconds(10) };
        Assert.NotEqual(StepStatus.Succeeded, (await RunAsync(target, missing, options)).Status);
        var next = await RunAsync(target, On.Better, options);
        Assert.Equal((StepStatus.TimedOut, "OldPodNotReady", "worker-1"), (next.Status, next.Diagnosis?.Cause, next.Diagnosis?.Pod));
        Assert.Contains("delete pod worker-1", next.Diagnosis!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partition_keeps_the_pods_below_it()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Partition = 1 });
        var rollout = await UpdateAsync(Release(Worker), On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal("worker-1", Assert.Single(rollout.Pods).Name);
        Assert.Equal([On.Good, On.Better], await PodImagesAsync("worker"));
        await KubectlStatusAsync("statefulset/worker");
    }

    [Fact]
    public async Task OnDelete_changes_the_template_and_warns_that_pods_keep_the_old_one()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { OnDelete = true });
        var rollout = await UpdateAsync(Release(Worker), On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var running = rollout.Checks.Single(check => check.Id == "rollout.pods-running");
        Assert.Equal(CheckStatus.Warning, running.Status);
        Assert.Contains("OnDelete", running.Evidence, StringComparison.Ordinal);
        Assert.Equal([On.Good, On.Good], await PodImagesAsync("worker"));
    }

    [Fact]
    public async Task A_DaemonSet_is_updated_and_undone()
    {
        await CreateAsync(new DaemonSetManifest("agent", On.Good));
        var target = Release(Agent);
        var rollout = await UpdateAsync(target, On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        await KubectlStatusAsync("daemonset/agent");
        var undone = await UndoAsync(target, new RollbackOptions());
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Equal((On.Good, On.Good), (undone.Image, Assert.Single(await PodImagesAsync("agent"))));
    }

    [Fact]
    public async Task A_release_is_undone_in_every_workload_and_the_history_knows_what_each_had()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good), new CronJobManifest("nightly", On.Good));
        var target = Release(Web, Worker, Nightly);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(target, On.Better)).Status);
        var undone = await UndoAsync(target, new RollbackOptions());
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.All(undone.Workloads, one => Assert.Equal((On.Good, On.Better), (one.Image, one.PreviousImage)));
        Assert.All(await ImagesAsync(target), image => Assert.Equal(On.Good, image));
        Assert.Equal([true, false], (await new ReleaseHistory(Cluster, target).ReadAsync(Ct)).Select(one => one.IsRollback));
        await KubectlStatusAsync("statefulset/worker");
        await KubectlStatusAsync($"deployment/{Web.Name}");
    }

    [Fact]
    public async Task A_crash_loop_of_the_worker_is_a_trigger_of_the_release()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Replicas = 1 });
        var target = Release(Web, Worker) with { Triggers = new TriggerSettings { CrashLoopLongerThan = TimeSpan.FromSeconds(2) } };
        using var context = StepContexts.Create(Cluster, target, StepKind.Watch);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Check? fired = null;
        var watching = new TriggerWatcher(context, FiredAsync).RunAsync(TimeSpan.FromMinutes(2), stop.Token);
        await Cluster.PatchAsync(
            ResourceKind.StatefulSets,
            target.Namespace,
            Worker.Name,
            new PatchRequest(PatchKind.StrategicMerge, DeploymentPatch.Container(Worker.Name, $$"""{ "image": "{{On.Crashing}}" }""")),
            Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal("trigger.crashloop", fired!.Id);
        Assert.Contains("worker-0", fired.Evidence, StringComparison.Ordinal);

        Task FiredAsync(Check check)
        {
            fired = check;
            return stop.CancelAsync();
        }
    }

    [Fact]
    public async Task A_backup_holds_every_workload_and_a_rollback_restores_it()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good), new CronJobManifest("nightly", On.Good));
        var target = Release(Web, Worker, Nightly);
        var keys = new BackupKeyStore(Path.Combine(Folder, "keys"));
        using var phrase = new SecureString();
        foreach (var one in "a passphrase") phrase.AppendChar(one);
        using var passphrase = BackupPassphrase.From(phrase);
        var planned = BackupWriter.Plan(target, DateTimeOffset.UtcNow, RunId, Path.Combine(Folder, "backups"), passphrase);
        var backup = await BackupWriter.WriteAsync(
            Cluster, planned with { Encryption = BackupEncryption.Plan(target.Backup, passphrase, keys) }, SilentReporter.Instance, Ct);
        Assert.Superset(
            new HashSet<string> { $"Deployment/{Web.Name}", "StatefulSet/worker", "CronJob/nightly" },
            backup.Items.Select(item => $"{item.Kind}/{item.Name}").ToHashSet());
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(target, On.Better)).Status);
        var undone = await UndoAsync(target, new RollbackOptions { FromBackup = backup.Path, Passphrase = phrase });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.All(await ImagesAsync(target), image => Assert.Equal(On.Good, image));
    }

    [Fact]
    public async Task All_workloads_are_shown_and_watched_as_one_release()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good), new DaemonSetManifest("agent", On.Good));
        await CreateAsync(new CronJobManifest("nightly", On.Good));
        var target = Release(Web, Worker, Agent, Nightly);
        var live = await LiveAsync(target);
        Assert.Equal((DeploymentState.Ready, On.Good, 5, 5), (live.State, live.Image, live.Wanted, live.Ready));
        Assert.Equal(5, live.Pods.Count(pod => pod is { Ready: true, Revision: not null, Reason: null }));
        Assert.Equal(
            ["Deployment", "StatefulSet", "DaemonSet", "CronJob"], live.Workloads.Select(one => $"{one.Workload.Kind}"));
        Assert.Equal([2, 2, 1, 0], live.Workloads.Select(one => one.Ready));

        await SetImageAsync(Web, On.Better);
        await SetImageAsync(Worker, On.Better);
        var watched = await WatchAsync(target);
        Assert.True(watched.Status == StepStatus.Succeeded, $"{watched.Diagnosis}");
        Assert.Equal([On.Better, On.Better, On.Good, On.Good], watched.Workloads.Select(one => one.Image));
        Assert.Equal(On.Good, watched.Workloads[1].PreviousImage);
        Assert.Equal(watched.Workloads[1].PreviousRevision + 1, watched.Workloads[1].Revision);
        Assert.Equal(5, watched.Pods.Count);
        // Nobody updates the other two: they are shown, and fail nothing.
        var image = watched.Checks.Single(check => check.Id == "rollout.image");
        Assert.Equal(CheckStatus.Warning, image.Status);
        Assert.Contains($"CronJob/nightly {On.Good}", image.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_loop_of_one_workload_fails_the_watch_of_the_release_and_is_shown()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Replicas = 1 });
        var target = Release(Web, Worker);
        // Without a probe the pod is ready before it crashes, and the rollout is complete for the controller.
        await PatchAsync(Worker, $$"""
            { "image": "{{On.Crashing}}", "readinessProbe": { "httpGet": { "path": "/", "port": 4000 }, "periodSeconds": 1 } }
            """);
        var watched = await WatchAsync(target);
        Assert.Equal((StepStatus.Failed, "CrashLoop"), (watched.Status, watched.Diagnosis?.Cause));
        Assert.StartsWith("StatefulSet/worker: ", watched.Diagnosis!.Message, StringComparison.Ordinal);
        var live = await LiveAsync(target);
        Assert.Equal((DeploymentState.RollingOut, DeploymentState.Ready), (live.State, live.Workloads[0].State));
        Assert.Contains(live.Pods, pod => pod is { Name: "worker-0", Ready: false, Reason.Length: > 0 });
        Assert.Equal("CrashLoop", live.Rollout!.Cause?.Cause);
    }

    [Fact]
    public async Task A_watch_waits_for_the_next_workload_while_a_run_holds_the_lock()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Replicas = 1 });
        var target = Release(Web, Worker);
        Task<Rollout> watching;
        await using (await DeploymentLock.AcquireAsync(Cluster, target, LockRequest.AtOnce(RunId), SilentReporter.Instance, Ct))
        {
            await SetImageAsync(Web, On.Better);
            watching = WatchAsync(target);
            await KubectlAsync("--namespace", On.Target.Namespace, "rollout", "status", $"deployment/{Web.Name}", "--timeout=2m");
            await SetImageAsync(Worker, On.Better);
        }

        var watched = await watching;
        Assert.True(watched.Status == StepStatus.Succeeded, $"{watched.Diagnosis}");
        Assert.All(watched.Workloads, one => Assert.Equal(On.Better, one.Image));
    }

    [Fact]
    public async Task An_image_of_any_workload_that_a_GitOps_controller_reverts_refuses_the_release()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Replicas = 1 });
        await MergeAsync(
            ResourceKind.StatefulSets,
            "worker",
            """{ "metadata": { "annotations": { "argocd.argoproj.io/tracking-id": "shop:apps/StatefulSet:shop/worker" } } }""");
        var target = Release(Web, Worker);
        var rollout = await UpdateAsync(target, On.Better);
        Assert.Equal((StepStatus.Failed, "OwnedByOthers"), (rollout.Status, rollout.Diagnosis?.Cause));
        Assert.Contains("StatefulSet/worker: Argo CD", rollout.Checks[0].Evidence, StringComparison.Ordinal);
        Assert.All(await ImagesAsync(target), image => Assert.Equal(On.Good, image));
        var allowed = target with { Ownership = new Dictionary<string, OwnershipAction> { ["argocd"] = OwnershipAction.Ignore } };
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(allowed, On.Better)).Status);
    }

    [Fact]
    public async Task A_deletion_spares_what_has_changed_or_was_replaced_since_it_was_read()
    {
        await CreateAsync(new StatefulSetManifest("worker", On.Good) { Replicas = 1 });
        var read = await Cluster.GetAsync(ResourceKind.Pods, On.Target.Namespace, "worker-0", Ct);
        await MergeAsync(ResourceKind.Pods, "worker-0", """{ "metadata": { "annotations": { "noted": "by somebody" } } }""");
        await AssertSparedAsync(DeleteRequest.ForVersion(read));
        await Cluster.DeleteAsync(ResourceKind.Pods, On.Target.Namespace, DeleteRequest.For(read), Ct);
        await UntilAsync(
            ResourceKind.Pods,
            pod => pod.At("metadata", "name").Text() == "worker-0"
                && pod.At("metadata", "uid").Text() != read.At("metadata", "uid").Text());
        await AssertSparedAsync(DeleteRequest.For(read));

        async Task AssertSparedAsync(DeleteRequest deletion)
        {
            var refusal = await Assert.ThrowsAnyAsync<DeployException>(
                () => Cluster.DeleteAsync(ResourceKind.Pods, On.Target.Namespace, deletion, Ct));
            Assert.Equal("Conflict", refusal.Id);
            var now = await Cluster.GetAsync(ResourceKind.Pods, On.Target.Namespace, "worker-0", Ct);
            Assert.Null(now.At("metadata", "deletionTimestamp"));
        }
    }

    private Task<JsonObject> SetImageAsync(Workload workload, string image) =>
        PatchAsync(workload, $$"""{ "image": "{{image}}" }""");

    private Task<JsonObject> PatchAsync(Workload workload, [StringSyntax(StringSyntaxAttribute.Json)] string container) =>
        Cluster.PatchAsync(
            WorkloadKinds.ResourceOf(workload.Kind),
            On.Target.Namespace,
            workload.Name,
            new PatchRequest(PatchKind.StrategicMerge, DeploymentPatch.Container(workload.Name, container)),
            Ct);

    private Task<LiveDeployment> LiveAsync(Target target) =>
        new LiveDeploymentReader(Cluster, target, SilentReporter.Instance, TimeProvider.System).ReadAsync(Ct);

    private async Task<Rollout> WatchAsync(Target target)
    {
        using var context = StepContexts.Create(Cluster, target, StepKind.RolloutWatch);
        return await new RolloutWatchStep().RunAsync(context, new RolloutWatchOptions { Timeout = TimeSpan.FromMinutes(2) }, Ct);
    }

    private Target Release(params Workload[] workloads) => On.Target with
    {
        Deployment = (workloads.FirstOrDefault(one => one.Kind == WorkloadKind.Deployment) ?? workloads[0]).Name,
        Container = null,
        Workloads = workloads,
        // The verification of the platform is not part of these scenarios.
        Url = null,
        Prometheus = null,
        Migrations = null,
    };

    private Task<Rollout> UpdateAsync(Target target, string image, bool rollback = false) =>
        RunAsync(target, image, new UpdateOptions { Timeout = TimeSpan.FromMinutes(2), RollbackOnFailure = rollback });

    // As the step does it, but for the registry: an image that no registry has is a case too.
    private Task<Rollout> RunAsync(Target target, string image, UpdateOptions options)
    {
        var context = StepContexts.Create(Cluster, target, StepKind.Update);
        return new ReleaseUpdate(context, options, new FreezeGate(context, null)).RunAsync(image, recorded: null, Ct);
    }

    private async Task<Rollback> UndoAsync(Target target, RollbackOptions options) =>
        await new RollbackStep().RunAsync(StepContexts.Create(Cluster, target, StepKind.Rollback), options, Ct);

    private async Task CreateAsync(params Manifest[] manifests)
    {
        foreach (var manifest in manifests)
        {
            var workload = new Workload(Enum.Parse<WorkloadKind>(manifest.Kind), manifest.Name);
            await Cluster.CreateAsync(WorkloadKinds.ResourceOf(workload.Kind), On.Target.Namespace, manifest, dryRun: false, Ct);
            if (workload.Kind == WorkloadKind.CronJob) continue;
            // The image that it has is the one that is "set": that waits until its pods run it.
            var options = new UpdateOptions { Timeout = TimeSpan.FromMinutes(2) };
            var plan = await UpdatePlanner.PlanAsync(Cluster, Release(workload), On.Good, Ct);
            var ready = await StepContexts.UpdateAsync(Cluster, plan, options, Ct);
            Assert.True(ready.Status == StepStatus.Succeeded, $"{ready.Diagnosis}");
        }
    }

    private async Task<IReadOnlyList<string?>> ImagesAsync(Target target) =>
        [.. await Task.WhenAll(target.Workloads.Select(async one =>
        {
            var item = await Cluster.GetAsync(WorkloadKinds.ResourceOf(one.Kind), target.Namespace, one.Name, Ct);
            return PodTemplate.Containers(PodTemplate.Of(item))[0]["image"].Text();
        }))];

    private async Task<IReadOnlyList<string?>> PodImagesAsync(string app)
    {
        var pods = await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, $"app={app}", null, Ct);
        return [.. pods
            .Where(pod => pod.At("metadata", "deletionTimestamp") is null)
            .OrderBy(pod => pod.At("metadata", "name").Text(), StringComparer.Ordinal)
            .Select(pod => ((JsonArray)pod.At("spec", "containers")!)[0].At("image").Text())];
    }

    private Task KubectlStatusAsync(string workload) =>
        KubectlAsync("--namespace", On.Target.Namespace, "rollout", "status", workload, "--timeout=5s");
}
