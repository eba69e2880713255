using System.Diagnostics;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Scenarios;

/// <summary>Releases, good and broken, and the way back.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class DeploymentScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    [Fact]
    public async Task A_good_release_is_rolled_out_and_proven()
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
    public async Task A_crash_loop_is_named_with_exit_code_and_last_line_long_before_the_deadline()
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
    public async Task An_image_that_is_not_there_is_named()
    {
        var missing = $"{On.Good.Split('@')[0]}@sha256:{new string('0', 64)}";
        var rollout = await UpdateAsync(missing);
        Assert.Equal((StepStatus.Failed, "ImageNotFound"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains(missing, rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_missing_is_named_with_its_secret()
    {
        await Cluster.PatchAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, new PatchRequest(PatchKind.StrategicMerge, new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["spec"] = new JsonObject
                    {
                        ["containers"] = new JsonArray(new JsonObject
                        {
                            ["name"] = On.Target.Container,
                            ["env"] = new JsonArray(new JsonObject { ["name"] = "X", ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = "scenario", ["key"] = "NOT_THERE" } } }),
                        })
                    }
                }
            },
        }), Ct);
        await CreateAsync(ResourceKind.Secrets, "scenario", new JsonObject { ["stringData"] = new JsonObject(), ["data"] = new JsonObject { ["A"] = "eA==" } });
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "ConfigError"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("NOT_THERE", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_release_is_taken_back_by_itself_when_asked_to()
    {
        var rollout = await UpdateAsync(On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal((StepStatus.Succeeded, On.Good), (rollout.Rollback!.Status, rollout.Rollback.Image));
    }

    [Fact]
    public async Task The_same_image_again_changes_nothing()
    {
        var before = await DeploymentAsync();
        var rollout = await UpdateAsync(On.Good);
        Assert.Equal(StepStatus.Succeeded, rollout.Status);
        Assert.Equal(before.At("metadata", "generation")!.ToJsonString(), (await DeploymentAsync()).At("metadata", "generation")!.ToJsonString());
    }

    [Fact]
    public async Task Undo_goes_to_a_revision_that_is_named_and_refuses_one_that_is_not_there()
    {
        var first = RolloutState.Revision(await DeploymentAsync());
        await UpdateAsync(On.Better);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => UndoAsync(new RollbackRequest { ToRevision = 999 }));
        Assert.Equal("RevisionNotFound", fault.Id);
        var undone = await UndoAsync(new RollbackRequest { ToRevision = first });
        Assert.Equal((StepStatus.Succeeded, On.Good), (undone.Status, undone.Image));
    }

    [Fact]
    public async Task A_way_back_that_was_planned_before_somebody_changed_the_deployment_is_refused()
    {
        await UpdateAsync(On.Better);
        var plan = await RollbackPlanner.PlanAsync(Cluster, On.Target, new RollbackRequest(), Ct);
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["by"] = "somebody else" } } } } });
        var changed = await DeploymentAsync();
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(1), Ct, RunId));
        Assert.Equal("Conflict", fault.Id);
        Assert.Equal(changed.At("metadata", "generation")!.ToJsonString(), (await DeploymentAsync()).At("metadata", "generation")!.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var before = await DeploymentAsync();
        var answer = await Cluster.PatchAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, new PatchRequest(PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["minReadySeconds"] = 7 } }) { DryRun = true }, Ct);
        Assert.Equal(7, answer.At("spec", "minReadySeconds").Number());
        Assert.Null((await DeploymentAsync()).At("spec", "minReadySeconds"));
        Assert.Null(before.At("spec", "minReadySeconds"));
    }

    [Fact]
    public async Task What_is_not_there_is_named_and_so_is_its_namespace()
    {
        Assert.Equal("NotFound", (await Assert.ThrowsAnyAsync<DeployException>(() => Cluster.GetAsync(ResourceKind.Deployments, On.Target.Namespace, "nothing", Ct))).Id);
        Assert.Equal("NamespaceNotFound", (await Assert.ThrowsAnyAsync<DeployException>(() => Cluster.GetAsync(ResourceKind.Deployments, "no-such-namespace", "nothing", Ct))).Id);
    }

    [Theory]
    [InlineData("..2026", "must not start with '..'")]
    [InlineData("..", "must not be '..'")]
    [InlineData("a/b", "a valid config key must consist of alphanumeric characters, '-', '_' or '.'")]
    public async Task A_key_that_could_not_be_a_file_is_refused(string key, string why)
    {
        foreach (var kind in new[] { ResourceKind.ConfigMaps, ResourceKind.Secrets })
        {
            var fault = await Assert.ThrowsAnyAsync<DeployException>(() => CreateAsync(kind, "keys", new JsonObject { ["data"] = new JsonObject { [key] = "MQ==" } }));
            Assert.Equal("Invalid", fault.Id);
            // What a server says of a Secret may hold its value, so it is not repeated.
            if (kind == ResourceKind.ConfigMaps) Assert.Contains($"{kind.Kind} \"keys\" is invalid: data[{key}]: Invalid value: \"{key}\": {why}", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_write_with_an_old_version_is_refused()
    {
        await CreateAsync(ResourceKind.ConfigMaps, "contested", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } });
        var seen = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "contested", Ct);
        await Cluster.PatchAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "contested", new PatchRequest(PatchKind.Merge, new JsonObject { ["data"] = new JsonObject { ["a"] = "2" } }), Ct);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => Cluster.ReplaceAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "contested", seen, Ct));
        Assert.Equal("Conflict", fault.Id);
    }
}
