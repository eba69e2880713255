using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>What a cluster tells of a step in whose middle a run died, and how it is gone on with.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class ResumeScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    private const string Settings = "resume-settings";

    [Fact]
    public async Task An_update_is_done_when_the_template_names_the_image_by_this_run_and_in_doubt_when_somebody_else_changed_it()
    {
        var step = Started(new UpdateFacts(On.Better, On.Good, null));
        Assert.False((await ProbeAsync(step)).Done);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        Assert.True((await ProbeAsync(step)).Done);
        Assert.Equal("RunInDoubt", (await Assert.ThrowsAsync<DeployException>(() => ProbeAsync(step, "another-run"))).Id);

        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["rsolv.dev/run-id"] = "somebody-else" } } });
        Assert.Equal("RunInDoubt", (await Assert.ThrowsAsync<DeployException>(() => ProbeAsync(step))).Id);
    }

    [Fact]
    public async Task An_update_that_failed_and_had_gone_back_is_told_from_one_that_was_made()
    {
        var rollout = await UpdateAsync(On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Succeeded, rollout.Rollback?.Status);
        var found = await ProbeAsync(Started(new UpdateFacts(On.Crashing, On.Good, null)));
        Assert.Equal((true, On.Good), (found.Done, found.RolledBackTo));
    }

    [Fact]
    public async Task A_way_back_that_died_between_its_ConfigMaps_and_its_pods_starts_the_pods_anew()
    {
        await CreateAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "one" } });
        var container = new JsonObject { ["name"] = On.Target.Container, ["envFrom"] = new JsonArray(new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = Settings } }) };
        await Cluster.PatchAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, new PatchRequest(PatchKind.StrategicMerge, new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } } } }), Ct);
        await UpdateAsync(On.Good); // writes nothing, and waits for the pods
        var kept = await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(await DeploymentAsync(), null, RunId, SilentReporter.Instance, Ct);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "two" } });
        var request = new RollbackRequest { ToImage = On.Good, SnapshotBefore = kept };
        var plan = await RollbackPlanner.PlanAsync(Cluster, On.Target, request, Ct);
        Assert.True(plan.Restarts);
        var step = Started(new RollbackFacts(On.Good, On.Good, Restarts: true, ""));
        await ConfigurationRestore.ApplyAsync(Cluster, On.Target, plan.Configuration, Ct);

        Assert.False((await ProbeAsync(step)).Done);
        var pods = await PodsAsync();
        var undone = await UndoAsync(request with { Restart = true });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Empty(pods.Intersect(await PodsAsync()));
        Assert.True((await ProbeAsync(step)).Done);
        Assert.True((await RollbackPlanner.PlanAsync(Cluster, On.Target, request, Ct)).ChangesNothing);
    }

    [Fact]
    public async Task What_a_run_keeps_is_kept_once_also_when_it_died_before_the_history_knew()
    {
        await CreateAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "b25l" } });
        var deployment = await DeploymentAsync();
        PodReader.Containers(deployment.At("spec", "template")!).Single()["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = Settings } });
        var keeping = new ConfigurationSnapshot(Cluster, On.Target);
        var first = await keeping.SaveAsync(deployment, null, RunId, SilentReporter.Instance, Ct);
        Assert.Equal(first, await keeping.SaveAsync(deployment, null, RunId, SilentReporter.Instance, Ct));
    }

    private Task<ProbeResult> ProbeAsync(RunStep step, string runId = RunId) =>
        StepProbe.RunAsync(StepContexts.Create(Cluster, On.Target, step.Kind, runId: runId), step, Ct);

    private static RunStep Started(UpdateFacts facts) => Started(StepKind.Update, JsonSerializer.SerializeToElement(facts, UpdateJson.Default.UpdateFacts));

    private static RunStep Started(RollbackFacts facts) => Started(StepKind.Rollback, JsonSerializer.SerializeToElement(facts, RollbackJson.Default.RollbackFacts));

    private static RunStep Started(StepKind kind, JsonElement facts) =>
        new(new PlannedStep(kind, JsonDocument.Parse("{}").RootElement)) { Facts = facts, Started = DateTimeOffset.UtcNow };

    private async Task<IReadOnlyList<string>> PodsAsync() =>
        [.. (await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct)).Where(pod => pod.At("metadata", "deletionTimestamp") is null).Select(PodReader.Name)];
}
