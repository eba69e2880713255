using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Setup;

namespace RsolvDeploy.Scenarios;

/// <summary>First configurations of workloads of any kind.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class DraftScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task A_workload_is_found_by_its_name_whatever_its_kind()
    {
        await CreateAsync(ResourceKind.StatefulSets, new StatefulSetManifest("store", On.Good));
        await CreateAsync(ResourceKind.DaemonSets, new DaemonSetManifest("agent", On.Good));
        Assert.Equal(WorkloadKind.StatefulSet, (await DraftAsync("store")).Workloads.Single().Kind);
        Assert.Equal(WorkloadKind.DaemonSet, (await DraftAsync("agent")).Workloads.Single().Kind);
        Assert.Equal(On.Target.Deployment, (await DraftAsync(On.Target.Deployment)).Deployment);
        // The only Deployment is meant where no name is specified.
        Assert.Equal(On.Target.Deployment, (await DraftAsync(null)).Deployment);

        var missing = await Assert.ThrowsAnyAsync<DeployException>(() => DraftAsync("nothing"));
        Assert.Equal("NotFound", missing.Id);
        Assert.Contains("StatefulSet store", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_Deployment_the_only_other_workload_is_meant()
    {
        await Cluster.DeleteAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);
        var none = await Assert.ThrowsAnyAsync<DeployException>(() => DraftAsync(null));
        Assert.Equal("DeploymentNotSpecified", none.Id);
        await CreateAsync(ResourceKind.StatefulSets, new StatefulSetManifest("store", On.Good));
        Assert.Equal("store", (await DraftAsync(null)).Workloads.Single().Name);

        await CreateAsync(ResourceKind.DaemonSets, new DaemonSetManifest("agent", On.Good));
        var several = await Assert.ThrowsAnyAsync<DeployException>(() => DraftAsync(null));
        Assert.Contains("StatefulSet store, DaemonSet agent", several.Message, StringComparison.Ordinal);
    }

    // As New-RsolvConfiguration: what was made has to be readable.
    private async Task<Target> DraftAsync(string? name)
    {
        var request = new DraftRequest(On.Target.Namespace, "drafted", Folder) { Deployment = name, SourceFolder = Folder };
        var (text, _) = await new ConfigurationDrafter(Cluster, request).CreateAsync(Ct);
        return ConfigurationFile.Parse(text, Path.Combine(Folder, "rsolv.yaml"), _ => null, Folder).GetTarget("drafted");
    }

    private Task<JsonObject> CreateAsync(ResourceKind kind, Manifest manifest) =>
        Cluster.CreateAsync(kind, On.Target.Namespace, manifest, dryRun: false, Ct);
}
