using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Overlays, held against kubectl: what is written is what was asked, and what leaves the overlay leaves the cluster.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class OverlayScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private static readonly string[] Written = ["rsolv.dev/", "kubernetes.io/change-cause", "deployment.kubernetes.io/", LastApplied];

    [Fact]
    public async Task Only_the_container_of_the_target_gets_the_image()
    {
        await ReplaceAsync(new OverlayFiles(On.Target.Deployment, On.Target.Container!, Repository) { Worker = true });
        var plan = await PlanAsync(new OverlayFiles(On.Target.Deployment, On.Target.Container!, Repository) { Worker = true });
        Assert.Contains($"container worker keeps {Repository}:v2", plan.Diff, StringComparison.Ordinal);
        await WriteAsync(plan);

        var template = (await DeploymentAsync()).At("spec", "template");
        Assert.Equal(
            (On.Better, $"{Repository}:v2", $"{Repository}:v4"),
            (Image(On.Target.Container!), Image("worker"), Image("extra")));

        string? Image(string container) => PodTemplate.Image(template, container);
    }

    [Fact]
    public async Task What_leaves_the_overlay_leaves_what_kubectl_apply_made()
    {
        var before = new OverlayFiles(On.Target.Deployment, On.Target.Container!, Repository) { Worker = true, Variables = 2, Keys = 3 };
        await ReplaceAsync(before);
        var plan = await PlanAsync(before with { Worker = false, Variables = 1, Keys = 2 });
        Assert.Contains("- spec.template.spec.containers.worker", plan.Diff, StringComparison.Ordinal);
        Assert.Contains("- data.KEY_2", plan.Diff, StringComparison.Ordinal);
        await WriteAsync(plan);

        var template = (await DeploymentAsync()).At("spec", "template");
        Assert.Null(PodTemplate.Image(template, "worker"));
        Assert.Equal(["BASE", "V0"], Variables(template));
        Assert.Equal(["KEY_0", "KEY_1"], (await SettingsAsync()).Select(key => key.Key));
        Assert.True((await PlanAsync(before with { Worker = false, Variables = 1, Keys = 2 })).ChangesNothing);
    }

    [Fact]
    public async Task What_leaves_the_overlay_leaves_what_an_update_by_patch_and_an_overlay_made()
    {
        var before = new OverlayFiles(On.Target.Deployment, On.Target.Container!, Repository) { Worker = true, Variables = 2 };
        await ReplaceAsync(before);
        await WriteAsync(await PlanAsync(before));
        // A patch of the image makes this module a second owner of the container.
        var patch = await UpdatePlanner.PlanAsync(Cluster, On.Target with { AlsoContainers = ["worker"] }, On.Good, Ct);
        await WriteAsync(patch);
        Assert.Equal(On.Good, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), "worker"));

        await WriteAsync(await PlanAsync(before with { Worker = false, Variables = 0 }));
        var template = (await DeploymentAsync()).At("spec", "template");
        Assert.Null(PodTemplate.Image(template, "worker"));
        Assert.Equal(["BASE"], Variables(template));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task An_overlay_ends_where_kubectl_ends(int seed)
    {
        var random = new Random(seed);
        var before = new OverlayFiles(On.Target.Deployment, On.Target.Container!, Repository).Draw(random);
        var after = before.Draw(random);

        await ReplaceAsync(before);
        var file = await BuildAsync(after, text => text.Replace(after.Image, On.Better, StringComparison.Ordinal));
        await KubectlAsync(
            "-n", On.Target.Namespace, "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", file);
        var (expected, settings) = (Comparable(await DeploymentAsync()), await SettingsAsync());

        await ReplaceAsync(before);
        await WriteAsync(await PlanAsync(after));
        // Meant to differ: the annotations of the run, and that last-applied goes, which nobody keeps up to date any more.
        Assert.Equal(expected, Comparable(await DeploymentAsync()));
        Assert.Equal(settings.ToJsonString(), (await SettingsAsync()).ToJsonString());
        Assert.Equal("", string.Join('\n', (await PlanAsync(after)).Overlay!.Changes));
    }

    private string Repository => On.Good.Split('@')[0];

    // As kubectl made it: nothing of an earlier update is left.
    private async Task ReplaceAsync(OverlayFiles overlay)
    {
        await Cluster.DeleteAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);
        foreach (var map in await MapsAsync())
            await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, map.At("metadata", "name").Text()!, Ct);
        var file = await BuildAsync(overlay, text => text);
        await KubectlAsync("-n", On.Target.Namespace, "apply", "--validate=false", "-f", file);
    }

    private async Task<string> BuildAsync(OverlayFiles overlay, Func<string, string> edit)
    {
        var folder = overlay.Write(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName);
        var file = Path.Combine(folder, "built.yaml");
        await KubectlAsync("kustomize", folder, "-o", file);
        await File.WriteAllTextAsync(file, edit(await File.ReadAllTextAsync(file, Ct)), Ct);
        return file;
    }

    private Task<UpdatePlan> PlanAsync(OverlayFiles overlay)
    {
        var folder = overlay.Write(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName);
        return UpdatePlanner.PlanAsync(Cluster, On.Target with { Kustomize = new KustomizeSettings(folder, []) }, On.Better, Ct);
    }

    private async Task WriteAsync(UpdatePlan plan) => await new UpdateWriter(Cluster, plan, new UpdateOptions(), RunId).WriteAsync(Ct);

    private async Task<List<JsonObject>> MapsAsync() =>
        [.. (await Cluster.ListAllAsync(ResourceKind.ConfigMaps, On.Target.Namespace, null, null, Ct))
            .Where(map => map.At("metadata", "name").Text()!.Contains("-settings", StringComparison.Ordinal))];

    private async Task<JsonObject> SettingsAsync()
    {
        var deployment = await DeploymentAsync();
        var name = PodTemplate.Containers(deployment.At("spec", "template"))[0]["envFrom"]![0].At("configMapRef", "name").Text()!;
        return (JsonObject)(await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, Ct))["data"]!;
    }

    private IEnumerable<string?> Variables(JsonNode? template) =>
        (PodTemplate.AllContainers(template).Single(one => one["name"].Text() == On.Target.Container)["env"] as JsonArray ?? [])
            .Select(variable => variable.At("name").Text());

    private static string Comparable(JsonObject deployment)
    {
        var annotations = deployment.At("metadata", "annotations") as JsonObject ?? [];
        return new JsonObject
        {
            ["labels"] = deployment.At("metadata", "labels")?.DeepClone(),
            ["annotations"] = new JsonObject(annotations
                .Where(one => !Written.Any(prefix => one.Key.StartsWith(prefix, StringComparison.Ordinal)))
                .Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))),
            ["spec"] = deployment["spec"]!.DeepClone(),
        }.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
    }
}
