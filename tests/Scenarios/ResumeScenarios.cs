using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>What a cluster shows of a step that was interrupted, and how it is resumed.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class ResumeScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string Settings = "resume-settings";

    [Fact]
    public async Task An_update_is_done_when_the_template_names_the_image_by_this_run_and_uncertain_when_somebody_else_changed_it()
    {
        var step = Started(new UpdateFacts(On.Better, On.Good, null));
        Assert.False((await ProbeAsync(step)).Done);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        Assert.True((await ProbeAsync(step)).Done);
        Assert.Equal("RunInDoubt", (await Assert.ThrowsAsync<DeployException>(() => ProbeAsync(step, "another-run"))).Id);

        await MergeAsync(
            ResourceKind.Deployments,
            On.Target.Deployment,
            """{ "metadata": { "annotations": { "rsolv.dev/run-id": "somebody-else" } } }""");
        Assert.Equal("RunInDoubt", (await Assert.ThrowsAsync<DeployException>(() => ProbeAsync(step))).Id);
    }

    [Fact]
    public async Task An_update_that_failed_and_was_rolled_back_differs_from_one_that_succeeded()
    {
        var rollout = await UpdateAsync(On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Succeeded, rollout.Rollback?.Status);
        var found = await ProbeAsync(Started(new UpdateFacts(On.Crashing, On.Good, null)));
        Assert.Equal((true, On.Good), (found.Done, found.RolledBackTo));
    }

    [Fact]
    public async Task A_rollback_interrupted_between_its_ConfigMaps_and_its_pods_restarts_the_pods()
    {
        await CreateAsync(new ConfigMapManifest(Settings) { Data = { ["MODE"] = "one" } });
        await PatchContainerAsync($$"""{ "envFrom": [{ "configMapRef": { "name": "{{Settings}}" } }] }""");
        await UpdateAsync(On.Good); // writes nothing, and waits for the pods
        var snapshot = await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(
            await DeploymentAsync(), null, RunId, SilentReporter.Instance, Ct);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, """{ "data": { "MODE": "two" } }""");
        var request = new RollbackRequest { ToImage = On.Good, SnapshotBefore = snapshot };
        var plan = await new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(request, Ct);
        Assert.True(plan.Restarts);
        var step = Started(new RollbackFacts(On.Good, On.Good, Restarts: true, ""));
        foreach (var change in plan.Configuration) await ConfigurationRestore.ApplyAsync(Cluster, On.Target, change, Ct);

        Assert.False((await ProbeAsync(step)).Done);
        var pods = await PodsAsync();
        var undone = await UndoAsync(request with { Restart = true });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Empty(pods.Intersect(await PodsAsync()));
        Assert.True((await ProbeAsync(step)).Done);
        Assert.True((await new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(
            request with { AcceptsRunning = true }, Ct)).ChangesNothing);
    }

    [Fact]
    public async Task A_run_saves_its_configuration_once_even_when_it_died_before_the_history_was_written()
    {
        await CreateAsync(new SecretManifest(Settings) { Data = { ["TOKEN"] = "b25l" } });
        var deployment = await DeploymentAsync();
        PodTemplate.Containers(deployment.At("spec", "template")!).Single()["envFrom"] = JsonNode.Parse(
            $$"""[{ "secretRef": { "name": "{{Settings}}" } }]""");
        var snapshots = new ConfigurationSnapshot(Cluster, On.Target);
        var first = await snapshots.SaveAsync(deployment, null, RunId, SilentReporter.Instance, Ct);
        Assert.Equal(first, await snapshots.SaveAsync(deployment, null, RunId, SilentReporter.Instance, Ct));
    }

    private Task<ProbeResult> ProbeAsync(RunStep step, string runId = RunId) =>
        StepProbe.RunAsync(StepContexts.Create(Cluster, On.Target, step.Kind, runId: runId), step, Ct);

    private static RunStep Started(UpdateFacts facts) =>
        Started(StepKind.Update, JsonSerializer.SerializeToElement(facts, UpdateJson.Default.UpdateFacts));

    private static RunStep Started(RollbackFacts facts) =>
        Started(StepKind.Rollback, JsonSerializer.SerializeToElement(facts, RollbackJson.Default.RollbackFacts));

    private static RunStep Started(StepKind kind, JsonElement facts) =>
        new(new PlannedStep(kind, JsonDocument.Parse("{}").RootElement)) { Facts = facts, Started = DateTimeOffset.UtcNow };

    private async Task<IReadOnlyList<string>> PodsAsync() =>
        [.. (await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct))
            .Select(ObjectModel.ReadAs<V1Pod>)
            .Where(pod => !PodReader.IsTerminating(pod))
            .Select(pod => pod.Name())];
}
