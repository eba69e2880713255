using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Releases, good and broken, and rollbacks.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class DeploymentScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task A_good_release_is_rolled_out_and_verified()
    {
        var rollout = await UpdateAsync(On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal((On.Better, On.Good), (rollout.Image, rollout.PreviousImage));
        Assert.All(rollout.Checks.Where(check => check.Id != "rollout.logs"), check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal(2, rollout.Pods.Count);
        Assert.All(rollout.Pods, pod => Assert.True(pod.Ready && pod.ImageId!.EndsWith(On.Better.Split('@')[1], StringComparison.Ordinal)));
        Assert.Equal(rollout.PreviousRevision + 1, rollout.Revision);
    }

    [Fact]
    public async Task A_crash_loop_is_reported_with_exit_code_and_last_line_long_before_the_deadline()
    {
        var clock = Stopwatch.StartNew();
        var rollout = await UpdateAsync(On.Crashing);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal("CrashLoop", rollout.Diagnosis!.Cause);
        Assert.NotEqual(0, rollout.Diagnosis.ExitCode);
        Assert.NotNull(rollout.Diagnosis.ExitCode);
        Assert.NotEmpty(rollout.Diagnosis.LastLog);
        Assert.NotEmpty(rollout.Diagnosis.Events);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(45), $"it took {clock.Elapsed}");

        var undone = await UndoAsync(new RollbackRequest { PreviousRevision = rollout.PreviousRevision });
        Assert.Equal((StepStatus.Succeeded, On.Good), (undone.Status, undone.Image));
        Assert.Equal([CheckStatus.Passed, CheckStatus.Passed, CheckStatus.Passed], undone.Checks.Take(3).Select(check => check.Status));
    }

    [Fact]
    public async Task The_newest_log_lines_of_a_failing_pod_are_shown_while_the_rollout_is_watched()
    {
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Crashing, Ct);
        var shown = new LogRecorder();
        using var context = StepContexts.Create(Cluster, plan.Target, StepKind.Update, shown);
        var rollout = await new UpdateRunner(context, plan, new UpdateOptions { Timeout = TimeSpan.FromMinutes(2) }, snapshot: null)
            .RunAsync(Ct);
        Assert.Equal("CrashLoop", rollout.Diagnosis!.Cause);
        Assert.Contains(shown.Updates, update => update.Lines.Intersect(rollout.Diagnosis.LastLog).Any());
    }

    [Fact]
    public async Task A_missing_image_is_reported()
    {
        var missing = $"{On.Good.Split('@')[0]}@sha256:{new string('0', 64)}";
        var rollout = await UpdateAsync(missing);
        Assert.Equal((StepStatus.Failed, "ImageNotFound"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains(missing, rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_key_is_reported_with_its_Secret()
    {
        await PatchContainerAsync(
            """{ "env": [{ "name": "X", "valueFrom": { "secretKeyRef": { "name": "scenario", "key": "NOT_THERE" } } }] }""");
        await CreateAsync(new SecretManifest("scenario") { Text = { ["A"] = "x" } });
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "ConfigError"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("NOT_THERE", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_release_is_rolled_back_on_request()
    {
        var rollout = await UpdateAsync(On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal((StepStatus.Succeeded, On.Good), (rollout.Rollback!.Status, rollout.Rollback.Image));
    }

    [Fact]
    public async Task The_evidence_of_a_crash_loop_has_the_log_of_its_end_and_lacks_nothing()
    {
        await UpdateAsync(On.Crashing);
        var heard = new WarningRecorder();
        using var context = StepContexts.Create(Cluster, On.Target, StepKind.Rollback, heard);

        // A node has removed the instance before the last one, which is still the previous one of the status.
        var evidence = await new EvidenceBundle(context).SaveAsync(await DeploymentAsync(), null, Ct);

        Assert.DoesNotContain(heard.Warnings, warning => warning.Contains("log of", StringComparison.Ordinal));
        var crashed = (await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct))
            .Select(ObjectModel.ReadAs<V1Pod>).Where(pod => pod.Spec.Containers[0].Image == On.Crashing)
            .Select(pod => pod.Metadata.Name).ToList();
        Assert.NotEmpty(crashed);
        Assert.All(crashed, pod => Assert.NotEmpty(Directory.GetFiles(Path.Combine(evidence!, "logs"), $"{pod}.*.log")));
    }

    [Fact]
    public async Task The_same_image_again_changes_nothing()
    {
        var before = await DeploymentAsync();
        var rollout = await UpdateAsync(On.Good);
        Assert.Equal(StepStatus.Succeeded, rollout.Status);
        Assert.Equal(
            before.At("metadata", "generation")!.ToJsonString(), (await DeploymentAsync()).At("metadata", "generation")!.ToJsonString());
    }

    [Fact]
    public async Task Undo_rolls_back_to_the_named_revision_and_refuses_a_missing_one()
    {
        var first = DeploymentReader.Revision(await DeploymentAsync());
        await UpdateAsync(On.Better);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => UndoAsync(new RollbackRequest { ToRevision = 999 }));
        Assert.Equal("RevisionNotFound", fault.Id);
        var undone = await UndoAsync(new RollbackRequest { ToRevision = first });
        Assert.Equal((StepStatus.Succeeded, On.Good), (undone.Status, undone.Image));
    }

    [Fact]
    public async Task A_rollback_planned_before_somebody_changed_the_deployment_is_refused()
    {
        await UpdateAsync(On.Better);
        var plan = await new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(new RollbackRequest(), Ct);
        await MergeAsync(
            ResourceKind.Deployments,
            On.Target.Deployment,
            """{ "spec": { "template": { "metadata": { "annotations": { "by": "somebody else" } } } } }""");
        var changed = await DeploymentAsync();
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() =>
            StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(1), Ct, RunId));
        Assert.Equal("Conflict", fault.Id);
        Assert.Equal(
            changed.At("metadata", "generation")!.ToJsonString(), (await DeploymentAsync()).At("metadata", "generation")!.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var before = await DeploymentAsync();
        var response = await Cluster.PatchAsync(
            ResourceKind.Deployments,
            On.Target.Namespace,
            On.Target.Deployment,
            new PatchRequest(PatchKind.Merge, JsonNode.Parse("""{ "spec": { "minReadySeconds": 7 } }""")!) { DryRun = true },
            Ct);
        Assert.Equal(7, response.At("spec", "minReadySeconds").Number());
        Assert.Null((await DeploymentAsync()).At("spec", "minReadySeconds"));
        Assert.Null(before.At("spec", "minReadySeconds"));
    }

    [Fact]
    public async Task A_missing_object_is_reported_and_so_is_a_missing_namespace()
    {
        Assert.Equal("NotFound", (await Assert.ThrowsAnyAsync<DeployException>(() =>
            Cluster.GetAsync(ResourceKind.Deployments, On.Target.Namespace, "nothing", Ct))).Id);
        Assert.Equal("NamespaceNotFound", (await Assert.ThrowsAnyAsync<DeployException>(() =>
            Cluster.GetAsync(ResourceKind.Deployments, "no-such-namespace", "nothing", Ct))).Id);
    }

    [Theory]
    [InlineData("..2026", "must not start with '..'")]
    [InlineData("..", "must not be '..'")]
    [InlineData("a/b", "a valid config key must consist of alphanumeric characters, '-', '_' or '.'")]
    public async Task A_key_that_is_no_file_name_is_refused(string key, string why)
    {
        foreach (var manifest in new Manifest[]
        {
            new ConfigMapManifest("keys") { Data = { [key] = "MQ==" } },
            new SecretManifest("keys") { Data = { [key] = "MQ==" } },
        })
        {
            var fault = await Assert.ThrowsAnyAsync<DeployException>(() => CreateAsync(manifest));
            Assert.Equal("Invalid", fault.Id);
            // A server's message about a Secret may contain its value, so it is not repeated.
            if (manifest is ConfigMapManifest)
            {
                Assert.Contains(
                    $"{manifest.Kind} \"keys\" is invalid: data[{key}]: Invalid value: \"{key}\": {why}",
                    fault.Message,
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_write_with_an_old_version_is_refused()
    {
        await CreateAsync(new ConfigMapManifest("contested") { Data = { ["a"] = "1" } });
        var observed = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "contested", Ct);
        await MergeAsync(ResourceKind.ConfigMaps, "contested", """{ "data": { "a": "2" } }""");
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() =>
            Cluster.ReplaceAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "contested", observed, Ct));
        Assert.Equal("Conflict", fault.Id);
    }
}
