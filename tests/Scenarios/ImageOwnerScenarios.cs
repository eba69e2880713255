using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Deployments whose image belongs to another tool.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class ImageOwnerScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task An_image_that_a_GitOps_controller_applied_is_refused_before_the_write()
    {
        await ApplyAsync("argocd-controller");
        var before = await DeploymentAsync();
        var rollout = await RunAsync(On.Target);
        Assert.Equal((StepStatus.Failed, "OwnedByOthers"), (rollout.Status, rollout.Diagnosis!.Cause));
        var check = rollout.Checks.Single(one => one.Id == "environment.ownership");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Contains("Argo CD (field manager argocd-controller)", check.Evidence, StringComparison.Ordinal);
        Assert.Contains("ownership: { argocd: ignore }", check.Remedy, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(before["spec"], (await DeploymentAsync())["spec"]));
    }

    [Fact]
    public async Task A_configured_owner_is_a_warning_and_the_update_is_written()
    {
        await ApplyAsync("kustomize-controller");
        var rollout = await RunAsync(
            On.Target with { Ownership = new Dictionary<string, OwnershipAction> { ["flux"] = OwnershipAction.Warn } });
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(CheckStatus.Warning, rollout.Checks.Single(one => one.Id == "environment.ownership").Status);
        Assert.Equal(On.Better, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Theory]
    [InlineData("""{ "labels": { "argocd.argoproj.io/instance": "shop" } }""", "Argo CD", CheckStatus.Failed)]
    [InlineData("""{ "annotations": { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:a/b" } }""", "Argo CD", CheckStatus.Failed)]
    [InlineData("""{ "labels": { "kustomize.toolkit.fluxcd.io/name": "shop" } }""", "Flux", CheckStatus.Failed)]
    [InlineData("""{ "labels": { "helm.toolkit.fluxcd.io/name": "shop" } }""", "Flux", CheckStatus.Failed)]
    [InlineData(
        """{ "labels": { "olm.managed": "true", "olm.owner": "shop.v3.8.13" } }""", "Operator Lifecycle Manager", CheckStatus.Failed)]
    [InlineData("""{ "labels": { "app.oam.dev/name": "shop" } }""", "KubeVela", CheckStatus.Failed)]
    [InlineData(
        """{ "labels": { "app.kubernetes.io/managed-by": "Helm" }, "annotations": { "meta.helm.sh/release-name": "shop" } }""",
        "Helm",
        CheckStatus.Warning)]
    public async Task A_tool_is_known_by_its_labels_and_annotations(string metadata, string tool, CheckStatus status)
    {
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, $$"""{ "metadata": {{metadata}} }""");
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        Assert.Equal(status, plan.Ownership.Status);
        Assert.Contains(tool, plan.Ownership.Evidence, StringComparison.Ordinal);
        Assert.Contains($"environment.ownership: {tool}", plan.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "labels": { "kustomize.toolkit.fluxcd.io/reconcile": "Disabled" } }""")]
    [InlineData("""{ "annotations": { "kustomize.toolkit.fluxcd.io/ssa": "ignore" } }""")]
    public async Task What_Flux_applied_once_and_leaves_alone_now_may_be_updated(string metadata)
    {
        await ApplyAsync("kustomize-controller");
        Assert.Equal(CheckResult.NotMet, (await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct)).Ownership.Result);
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, $$"""{ "metadata": {{metadata}} }""");
        Assert.Equal(CheckResult.Met, (await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct)).Ownership.Result);
    }

    [Fact]
    public async Task Who_made_the_Deployment_by_hand_is_named_and_nothing_more()
    {
        await ApplyAsync("kubectl");
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        Assert.Equal((CheckResult.Met, "kubectl (field manager)"), (plan.Ownership.Result, plan.Ownership.Evidence));
    }

    private async Task<Rollout> RunAsync(Target target) => await new UpdateStep().RunAsync(
        StepContexts.Create(Cluster, target, StepKind.Update),
        new UpdateOptions { Image = On.Better, Timeout = TimeSpan.FromMinutes(2) },
        Ct);

    // Applies what is there already, as a controller does that adopts it.
    private async Task ApplyAsync(string manager)
    {
        await Cluster.DeleteAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);
        var name = On.Target.Deployment;
        var file = Path.Combine(Folder, "applied.json");
        JsonObject manifest = new DeploymentManifest(name, On.Good) { Replicas = 0 };
        manifest["spec"]!["template"]!["spec"]!["containers"]![0]!["name"] = On.Target.Container;
        await File.WriteAllTextAsync(file, manifest.ToJsonString(), Ct);
        await KubectlAsync(
            "-n", On.Target.Namespace, "apply", "--server-side", "--field-manager", manager, "--validate=false", "-f", file);
    }
}
