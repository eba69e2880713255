using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Updates;
using KindInfo = RsolvDeploy.Sandbox.Kubernetes.KindInfo;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>One published image for several containers and init containers: one patch, and each proven.</summary>
public class SeveralContainersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_get_the_image_by_one_patch_and_what_is_not_named_stays()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production") with { AlsoContainers = ["migrate"] };
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var pods = DeploymentPatch.Pods("""
            {
              "initContainers": [{ "name": "migrate", "image": "old@sha256:00", "env": [{ "name": "TOKEN", "value": "shown-nowhere" }] }],
              "containers": [{ "name": "proxy", "image": "proxy@sha256:11" }]
            }
            """);
        await cluster.PatchAsync(
            ResourceKind.Deployments, target.Namespace, target.Deployment, new PatchRequest(PatchKind.StrategicMerge, pods), Ct);
        // A revision of its own, to go back to.
        await foreach (var change in cluster.WatchAsync(
            new WatchRequest(ResourceKind.Deployments, target.Namespace) { FieldSelector = $"metadata.name={target.Deployment}" }, Ct))
        {
            if (DeploymentReader.ObservedGeneration(change.Object) > 1) break;
        }

        var image = $"{sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@"
            + $"{sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "several", "healthy").Digest}";
        var plan = await UpdatePlanner.PlanAsync(cluster, target, image, Ct);
        Assert.Equal(
            [
                $"+ spec.template.spec.containers.{target.Container}.image: \"{image}\"",
                $"+ spec.template.spec.initContainers.migrate.image: \"{image}\"",
            ],
            plan.Diff.Split('\n').Where(line => line[0] == '+'));
        Assert.DoesNotContain("shown-nowhere", plan.Diff, StringComparison.Ordinal);

        var asked = sandbox.Requests.Count;
        var rollout = await StepContexts.UpdateAsync(cluster, plan, new UpdateOptions { Timeout = TimeSpan.FromSeconds(30) }, Ct);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Single(sandbox.Requests.Skip(asked), request => request is { Method: "PATCH", Status: 200 });
        var template = sandbox.Objects.Find(KindInfo.Deployments, target.Namespace, target.Deployment)!["spec"]!["template"];
        Assert.Equal(
            [image, image, "proxy@sha256:11"],
            new[] { target.Container!, "migrate", "proxy" }.Select(name => PodTemplate.Image(template, name)));
        Assert.Equal("shown-nowhere", template.At("spec", "initContainers")![0]!["env"]![0]!["value"].Text());

        var back = await new RollbackPlanner(cluster, target, TimeProvider.System).PlanAsync(new RollbackRequest(), Ct);
        var undone = await StepContexts.RollBackAsync(cluster, back, TimeSpan.FromSeconds(30), Ct);
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        var proven = undone.Checks.Single(check => check.Id == "rollback.image");
        Assert.Equal(CheckStatus.Passed, proven.Status);
        Assert.EndsWith("; proxy: proxy@sha256:11; migrate: old@sha256:00", proven.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_named_before_anything_is_written()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production") with { AlsoContainers = ["nobody"] };
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => UpdatePlanner.PlanAsync(cluster, target, "image@sha256:00", Ct));
        Assert.Equal("ContainerNotFound", fault.Id);
        Assert.Contains("nobody", fault.Message, StringComparison.Ordinal);
    }
}
