using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Updates while somebody or something else is at work on the same Deployment, and Deployments of another kind than usual.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class InterferenceScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    private static readonly UpdateOptions Options = new() { Timeout = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task What_changed_since_it_was_shown_refuses_the_write_and_is_told_until_it_is_accepted()
    {
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        Assert.Contains($"spec.template.spec.containers.{On.Target.Container}.image", plan.Diff, StringComparison.Ordinal);
        var note = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["by"] = "somebody else" } } };
        await MergeDeploymentAsync(new JsonObject { ["minReadySeconds"] = 1, ["template"] = note });
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => StepContexts.UpdateAsync(Cluster, plan, Options, Ct, RunId));
        Assert.Equal("Drifted", fault.Id);
        Assert.Contains("spec.minReadySeconds", fault.Message, StringComparison.Ordinal);
        Assert.Equal(On.Good, DeploymentReader.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));

        var rollout = await StepContexts.UpdateAsync(Cluster, plan, Options with { AcceptDrift = true }, Ct, RunId);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal("somebody else", (await DeploymentAsync()).At("spec", "template", "metadata", "annotations", "by").Text());
    }

    [Fact]
    public async Task A_version_that_moved_without_the_specification_refuses_nothing()
    {
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["noted"] = "meanwhile" } } });
        var rollout = await StepContexts.UpdateAsync(Cluster, plan, Options, Ct, RunId);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var annotations = (await DeploymentAsync()).At("metadata", "annotations");
        Assert.Equal("meanwhile", annotations.At("noted").Text());
        Assert.Contains(On.Better, annotations.At("kubernetes.io/change-cause").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_autoscaler_keeps_its_count()
    {
        await CreateAsync(ResourceKind.Autoscalers, "scaler", new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["scaleTargetRef"] = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = On.Target.Deployment },
                ["minReplicas"] = 1,
                ["maxReplicas"] = 5,
            },
        });
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        await MergeDeploymentAsync(new JsonObject { ["replicas"] = 3 });
        var rollout = await StepContexts.UpdateAsync(Cluster, plan, Options, Ct, RunId);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal((3, 3), ((await DeploymentAsync()).At("spec", "replicas").Number(), rollout.Pods.Count));
    }

    [Fact]
    public async Task A_second_update_during_the_first_is_told_by_the_first()
    {
        var rollout = await UpdateDuringAsync(On.Better, () => UpdateAsync($"{On.Good.Split('@')[0]}@sha256:{new string('1', 64)}"));
        Assert.Equal((StepStatus.Failed, "Superseded"), (rollout.Status, rollout.Diagnosis!.Cause));
    }

    [Fact]
    public async Task A_deployment_that_is_deleted_during_its_rollout_is_told()
    {
        var rollout = await UpdateDuringAsync(On.Crashing, () => Cluster.DeleteAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct));
        Assert.Equal((StepStatus.Failed, "Deleted"), (rollout.Status, rollout.Diagnosis!.Cause));
    }

    [Fact]
    public async Task A_deployment_that_is_paused_during_its_rollout_is_told()
    {
        var rollout = await UpdateDuringAsync(On.Better, () => MergeDeploymentAsync(new JsonObject { ["paused"] = true }));
        Assert.Equal((StepStatus.Failed, "Paused"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Equal("DeploymentPaused", (await Assert.ThrowsAnyAsync<DeployException>(() => UpdateAsync(On.Good))).Id);
    }

    [Fact]
    public async Task All_pods_may_be_exchanged_at_once()
    {
        await MergeDeploymentAsync(new JsonObject { ["strategy"] = new JsonObject { ["type"] = "Recreate", ["rollingUpdate"] = null } });
        var rollout = await UpdateAsync(On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(2, rollout.Pods.Count);
    }

    [Fact]
    public async Task Where_no_pods_are_wanted_the_image_is_set_and_a_warning_says_that_nothing_shows_it()
    {
        await MergeDeploymentAsync(new JsonObject { ["replicas"] = 0 });
        var rollout = await UpdateAsync(On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(CheckStatus.Warning, rollout.Checks.Single(check => check.Id == "rollout.pods-running").Status);
    }
}
