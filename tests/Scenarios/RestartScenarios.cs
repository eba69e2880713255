using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Reporting;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Rollouts during which the API server is away for a while.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class RestartScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_of_the_API_server_changes_no_verdict(bool crashes)
    {
        var connection = KubeconfigLoader.Load(
            On.Target.Kubeconfig, On.Target.Context, KubeconfigEnvironment.FromProcess(), SilentReporter.Instance);
        await using var proxy = new CutProxy(connection.Server);
        using var through = new ClusterClient(connection with { Server = proxy.Address }, SilentReporter.Instance, TimeProvider.System);
        var plan = await UpdatePlanner.PlanAsync(through, On.Target, crashes ? On.Crashing : On.Better, Ct);
        var generation = DeploymentReader.Generation(plan.Observed);
        var update = StepContexts.UpdateAsync(through, plan, new UpdateOptions { Timeout = TimeSpan.FromMinutes(2) }, Ct, RunId);
        await foreach (var change in Cluster.WatchAsync(
            new WatchRequest(ResourceKind.Deployments, On.Target.Namespace) { FieldSelector = $"metadata.name={On.Target.Deployment}" },
            Ct))
        {
            if (DeploymentReader.ObservedGeneration(change.Object) > generation) break;
        }

        var before = proxy.Connections;
        await proxy.CutAsync();
        // The API server is away until the first new pod has a status.
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, On.Target.Namespace), Ct))
        {
            if (PodReader.StateOf(change.Object.ReadAs<V1Pod>(), On.Target.Container!) is { ImageId: { } image }
                && image.EndsWith(plan.Image.Split('@')[1], StringComparison.Ordinal))
            {
                break;
            }
        }

        proxy.Restore();
        var rollout = await update;
        Assert.True(rollout.Status == (crashes ? StepStatus.Failed : StepStatus.Succeeded), $"{rollout.Diagnosis}");
        Assert.Equal(crashes ? "CrashLoop" : null, rollout.Diagnosis?.Cause);
        Assert.True(proxy.Connections > before);
    }
}
