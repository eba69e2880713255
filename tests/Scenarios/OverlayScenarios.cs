using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
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

    /// <summary>Eight overlays; <c>RSOLV_OVERLAY_COUNT</c> makes others and more.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Count)];

    private static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("RSOLV_OVERLAY_COUNT"), CultureInfo.InvariantCulture, out var count) ? count : 8;

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task An_overlay_ends_where_kubectl_ends(int seed)
    {
        var random = new Random(seed);
        var before = new OverlayFiles(On.Target.Deployment, On.Target.Container!, Repository).Draw(random);
        var after = before.Draw(random);

        await ReplaceAsync(before);
        var built = await BuildBetterAsync(after);
        await KubectlAsync(
            "-n", On.Target.Namespace, "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", built);
        var (expected, settings, service) = (Comparable(await DeploymentAsync()), await SettingsAsync(), await ServiceAsync());

        await ReplaceAsync(before);
        await WriteAsync(await PlanAsync(after));
        // Meant to differ: the annotations of the run, and that last-applied goes, which nobody keeps up to date any more.
        Assert.Equal(expected, Comparable(await DeploymentAsync()));
        Assert.Equal(settings.ToJsonString(), (await SettingsAsync()).ToJsonString());
        Assert.Equal(service, await ServiceAsync());
        Assert.Equal("", string.Join('\n', (await PlanAsync(after)).Overlay!.Changes));
    }

    private string Repository => On.Good.Split('@')[0];

    // As kubectl made it: nothing of an earlier update is left.
    private async Task ReplaceAsync(OverlayFiles overlay)
    {
        await Cluster.DeleteAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);
        foreach (var map in await MapsAsync())
            await Cluster.DeleteAsync(ResourceKind.ConfigMaps, On.Target.Namespace, map.At("metadata", "name").Text()!, Ct);
        if (await ServiceAsync() is not null)
            await Cluster.DeleteAsync(ResourceKind.Services, On.Target.Namespace, On.Target.Deployment, Ct);
        var file = await BuildAsync(overlay);
        await KubectlAsync("-n", On.Target.Namespace, "apply", "--validate=false", "-f", file);
    }

    // kubectl itself sets the image, in the one container of the one Deployment.
    private async Task<string> BuildBetterAsync(OverlayFiles overlay)
    {
        var folder = overlay.Write(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName);
        var built = Directory.CreateDirectory(Path.Combine(folder, "built")).FullName;
        await KubectlAsync("kustomize", folder, "-o", built);
        var file = Path.Combine(built, $"apps_v1_deployment_{On.Target.Deployment}.yaml");
        var patch = DeploymentPatch.Container(On.Target.Container, $$"""{ "image": "{{On.Better}}" }""").ToJsonString();
        var patched = await KubectlOutputAsync("patch", "--local", "-f", file, "--type", "strategic", "-p", patch, "-o", "yaml");
        await File.WriteAllTextAsync(file, patched, Ct);
        return built;
    }

    private async Task<string> BuildAsync(OverlayFiles overlay)
    {
        var folder = overlay.Write(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName);
        var file = Path.Combine(folder, "built.yaml");
        await KubectlAsync("kustomize", folder, "-o", file);
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

    private async Task<string?> ServiceAsync()
    {
        if (await Cluster.FindAsync(ResourceKind.Services, On.Target.Namespace, On.Target.Deployment, Ct) is not { } service) return null;
        foreach (var address in (string[])["clusterIP", "clusterIPs"]) service["spec"]!.AsObject().Remove(address);
        return Comparable(service);
    }

    private IEnumerable<string?> Variables(JsonNode? template) =>
        (PodTemplate.AllContainers(template).Single(one => one["name"].Text() == On.Target.Container)["env"] as JsonArray ?? [])
            .Select(variable => variable.At("name").Text());

    private static string Comparable(JsonObject resource)
    {
        var annotations = resource.At("metadata", "annotations") as JsonObject ?? [];
        return new JsonObject
        {
            ["labels"] = resource.At("metadata", "labels")?.DeepClone(),
            ["annotations"] = new JsonObject(annotations
                .Where(one => !Written.Any(prefix => one.Key.StartsWith(prefix, StringComparison.Ordinal)))
                .Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))),
            ["spec"] = resource["spec"]!.DeepClone(),
        }.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
    }
}
