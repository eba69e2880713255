using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Updates while somebody else changes the same Deployment, and unusual Deployments.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class InterferenceScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private static readonly UpdateOptions Options = new() { Timeout = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task A_change_after_the_plan_refuses_the_write_until_it_is_accepted()
    {
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        Assert.Contains($"spec.template.spec.containers.{On.Target.Container}.image", plan.Diff, StringComparison.Ordinal);
        await MergeDeploymentAsync(
            """{ "minReadySeconds": 1, "template": { "metadata": { "annotations": { "by": "somebody else" } } } }""");
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => StepContexts.UpdateAsync(Cluster, plan, Options, Ct, RunId));
        Assert.Equal("Drifted", fault.Id);
        Assert.Contains("spec.minReadySeconds", fault.Message, StringComparison.Ordinal);
        Assert.Equal(On.Good, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));

        var rollout = await StepContexts.UpdateAsync(Cluster, plan, Options with { AcceptDrift = true }, Ct, RunId);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal("somebody else", (await DeploymentAsync()).At("spec", "template", "metadata", "annotations", "by").Text());
    }

    [Fact]
    public async Task A_new_resource_version_with_the_same_specification_refuses_nothing()
    {
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, """{ "metadata": { "annotations": { "noted": "meanwhile" } } }""");
        var rollout = await StepContexts.UpdateAsync(Cluster, plan, Options, Ct, RunId);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var annotations = (await DeploymentAsync()).At("metadata", "annotations");
        Assert.Equal("meanwhile", annotations.At("noted").Text());
        Assert.Contains(On.Better, annotations.At("kubernetes.io/change-cause").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_autoscaler_keeps_its_replica_count()
    {
        await CreateAsync(new AutoscalerManifest("scaler", On.Target.Deployment, Least: 1, Most: 5));
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        await MergeDeploymentAsync("""{ "replicas": 3 }""");
        var rollout = await StepContexts.UpdateAsync(Cluster, plan, Options, Ct, RunId);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal((3, 3), ((await DeploymentAsync()).At("spec", "replicas").Number(), rollout.Pods.Count));
    }

    [Fact]
    public async Task An_autoscaler_that_wants_more_pods_than_there_is_room_for_takes_back_no_release_that_is_rolled_out()
    {
        var settings = new RolloutSettings { StableFor = TimeSpan.FromSeconds(3) };
        var update = UpdateAsync(On.Better, timeout: TimeSpan.FromSeconds(20), settings: settings);
        await UntilAsync(ResourceKind.Deployments, item => item.ReadAs<V1Deployment>() is { Status: { } status } deployment
            && PodTemplate.Image(PodTemplate.Of(item), On.Target.Container!) == On.Better
            && status.ObservedGeneration == deployment.Generation()
            && (status.Replicas, status.UpdatedReplicas, status.AvailableReplicas) == (2, 2, 2));
        await CreateAsync(new ResourceQuotaManifest("few") { Hard = { ["pods"] = "2" } });
        await MergeDeploymentAsync("""{ "replicas": 4 }""");
        var rollout = await update;
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Contains(rollout.Timeline, entry => entry.Event.Contains("2 of 4 ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_update_reports_a_second_one_during_its_rollout()
    {
        var rollout = await UpdateDuringAsync(On.Better, () => UpdateAsync($"{On.Good.Split('@')[0]}@sha256:{new string('1', 64)}"));
        Assert.Equal((StepStatus.Failed, "Superseded"), (rollout.Status, rollout.Diagnosis!.Cause));
    }

    [Fact]
    public async Task What_somebody_else_deploys_during_a_rollout_is_not_rolled_back()
    {
        // The crash keeps the rollout from its end, and has patience.
        var rollout = await UpdateDuringAsync(
            On.Crashing,
            () => PatchContainerAsync($$"""{ "image": "{{On.Better}}" }"""),
            Patience(RolloutCauses.CrashLoop, 600),
            rollback: true);
        Assert.Equal((StepStatus.Failed, "Superseded"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Equal(StepStatus.Failed, rollout.Rollback!.Status);
        Assert.Equal(On.Better, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Fact]
    public async Task A_deployment_deleted_during_its_rollout_is_reported()
    {
        // The crash keeps the rollout from its end, and has patience until the Deployment is gone.
        var rollout = await UpdateDuringAsync(
            On.Crashing,
            () => Cluster.DeleteAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct),
            Patience(RolloutCauses.CrashLoop, 600));
        Assert.Equal((StepStatus.Failed, "Deleted"), (rollout.Status, rollout.Diagnosis!.Cause));
    }

    [Fact]
    public async Task A_deployment_paused_during_its_rollout_is_reported()
    {
        var rollout = await UpdateDuringAsync(
            On.Better, () => MergeDeploymentAsync("""{ "paused": true }"""), Patience(RolloutCauses.Paused, 0));
        Assert.Equal((StepStatus.Failed, "Paused"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Equal("DeploymentPaused", (await Assert.ThrowsAnyAsync<DeployException>(() => UpdateAsync(On.Good))).Id);
    }

    [Fact]
    public async Task A_deployment_with_the_Recreate_strategy_is_rolled_out()
    {
        await MergeDeploymentAsync("""{ "strategy": { "type": "Recreate", "rollingUpdate": null } }""");
        var rollout = await UpdateAsync(On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(2, rollout.Pods.Count);
    }

    [Fact]
    public async Task With_zero_replicas_the_image_is_set_and_a_warning_says_that_no_pod_runs_it()
    {
        await MergeDeploymentAsync("""{ "replicas": 0 }""");
        var rollout = await UpdateAsync(On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(CheckStatus.Warning, rollout.Checks.Single(check => check.Id == "rollout.pods-running").Status);
    }
}
