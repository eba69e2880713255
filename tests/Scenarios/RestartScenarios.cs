using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Rollouts over whose watch the API server goes away for a while.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class RestartScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_restarts_in_the_middle_changes_no_verdict(bool crashes)
    {
        var connection = KubeconfigLoader.Load(On.Target.Kubeconfig, On.Target.Context, KubeconfigEnvironment.FromProcess(), SilentReporter.Instance);
        await using var proxy = new CutProxy(connection.Server);
        using var through = new ClusterClient(connection with { Server = proxy.Address }, SilentReporter.Instance, TimeProvider.System);
        var plan = await UpdatePlanner.PlanAsync(through, On.Target, crashes ? On.Crashing : On.Better, Ct);
        var generation = RolloutState.Long(plan.Observed.At("metadata", "generation"));
        var update = StepContexts.UpdateAsync(through, plan, new UpdateOptions { Timeout = TimeSpan.FromMinutes(2) }, Ct, RunId);
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.Deployments, On.Target.Namespace) { FieldSelector = $"metadata.name={On.Target.Deployment}" }, Ct))
        {
            if (RolloutState.Long(change.Object.At("status", "observedGeneration")) > generation) break;
        }

        var before = proxy.Connections;
        await proxy.CutAsync();
        // Away for as long as it takes until the first new pod has told how it is.
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, On.Target.Namespace), Ct))
        {
            if (PodReader.StateOf(change.Object, On.Target.Container!) is { ImageId: { } image } && image.EndsWith(plan.Image.Split('@')[1], StringComparison.Ordinal)) break;
        }

        proxy.Restore();
        var rollout = await update;
        Assert.True(rollout.Status == (crashes ? StepStatus.Failed : StepStatus.Succeeded), $"{rollout.Diagnosis}");
        Assert.Equal(crashes ? "CrashLoop" : null, rollout.Diagnosis?.Cause);
        Assert.True(proxy.Connections > before);
    }
}
