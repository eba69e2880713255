using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using k8s.Models;

namespace RsolvDeploy.Scenarios;

/// <summary>What a cluster tells of a step in whose middle a run died, and how it is gone on with.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class ResumeScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    private const string Settings = "resume-settings";

    [Fact]
    public async Task An_update_is_done_when_the_template_names_the_image_by_this_run_and_in_doubt_when_somebody_else_changed_it()
    {
        var step = Begun("Update-RsolvDeployment", On.Better, On.Good);
        Assert.False((await LookAsync(step)).Done);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        Assert.True((await LookAsync(step)).Done);
        Assert.Equal("RunInDoubt", (await Assert.ThrowsAsync<DeployException>(() => LookAsync(step, "another-run"))).Id);

        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["rsolv.dev/run-id"] = "somebody-else" } } });
        Assert.Equal("RunInDoubt", (await Assert.ThrowsAsync<DeployException>(() => LookAsync(step))).Id);
    }

    [Fact]
    public async Task An_update_that_failed_and_had_gone_back_is_told_from_one_that_was_made()
    {
        var rollout = await UpdateAsync(On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Succeeded, rollout.Rollback?.Status);
        var found = await LookAsync(Begun("Update-RsolvDeployment", On.Crashing, On.Good));
        Assert.Equal((true, On.Good), (found.Done, found.RolledBackTo));
    }

    [Fact]
    public async Task A_way_back_that_died_between_its_ConfigMaps_and_its_pods_starts_the_pods_anew()
    {
        await CreateAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "one" } });
        var container = new JsonObject { ["name"] = On.Target.Container, ["envFrom"] = new JsonArray(new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = Settings } }) };
        await Cluster.PatchAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, PatchKind.StrategicMerge,
            new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } } } }, dryRun: false, Ct);
        await UpdateAsync(On.Good); // writes nothing, and waits for the pods
        var kept = await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(await DeploymentAsync(), null, RunId, SilentReporter.Instance, Ct);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "two" } });
        var request = new RollbackRequest { ToImage = On.Good, SnapshotBefore = kept };
        var plan = await RollbackPlanner.PlanAsync(Cluster, On.Target, request, Ct);
        Assert.True(plan.Restarts);
        var step = Begun("Undo-RsolvDeployment", On.Good, On.Good);
        await ConfigurationRestore.ApplyAsync(Cluster, On.Target, plan.Configuration, Ct);

        Assert.False((await LookAsync(step)).Done);
        var pods = await PodsAsync();
        var undone = await UndoAsync(request with { Restart = true });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Empty(pods.Intersect(await PodsAsync()));
        Assert.True((await LookAsync(step)).Done);
        Assert.True((await RollbackPlanner.PlanAsync(Cluster, On.Target, request, Ct)).ChangesNothing);
    }

    [Fact]
    public async Task What_a_run_keeps_is_kept_once_also_when_it_died_before_the_history_knew()
    {
        await CreateAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "b25l" } });
        var deployment = await DeploymentAsync();
        PodTemplate.Containers(deployment.At("spec", "template")!).Single()["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = Settings } });
        var keeping = new ConfigurationSnapshot(Cluster, On.Target);
        var first = await keeping.SaveAsync(deployment, null, RunId, SilentReporter.Instance, Ct);
        Assert.Equal(first, await keeping.SaveAsync(deployment, null, RunId, SilentReporter.Instance, Ct));
    }

    private Task<ProbeResult> LookAsync(RunStep step, string runId = RunId) => StepProbe.RunAsync(On.Target, runId, step, Cluster, SilentReporter.Instance, Ct);

    private static RunStep Begun(string command, string image, string previous) =>
        new(command, []) { Facts = new JsonObject { ["image"] = image, ["previousImage"] = previous }, Started = DateTimeOffset.UtcNow };

    private async Task<IReadOnlyList<string>> PodsAsync() =>
        [.. (await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct)).Select(ObjectModel.ReadAs<V1Pod>).Where(pod => !PodReader.IsTerminating(pod)).Select(pod => pod.Name())];
}
