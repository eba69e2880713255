using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Updates;
using RsolvDeploy.Updates.Kustomize;
using KindInfo = RsolvDeploy.Sandbox.Kubernetes.KindInfo;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>Overlays built by the real program and applied; the operator's tree stays as it is.</summary>
public sealed class OverlayTests : IDisposable
{
    private const string Digest = "sha256:5df40a8759c2efbfea8e974d57228b56ba2942b17cb5dfaa78499798e2d43d0c";
    private readonly string _tree = Directory.CreateTempSubdirectory("rsolv-overlay-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Production => Path.Combine(_tree, "overlays", "production");

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    [Fact]
    public async Task An_overlay_is_built_with_the_image_and_nothing_of_the_tree_changes()
    {
        Plant("registry.test/app");
        var before = Tree();
        var built = await new OverlayBuilder(Production, Program()).BuildAsync(
            Of("rsolv-platform"), ["rsolv-platform", "migrate"], $"registry.test/app@{Digest}", Ct);
        var deployment = built.Objects.Single(one => one["kind"].Text() == "Deployment");
        Assert.All(
            PodTemplate.AllContainers(deployment.At("spec", "template")),
            container => Assert.Equal($"registry.test/app@{Digest}", container["image"].Text()));
        Assert.Equal("4", deployment.At("spec", "template", "metadata", "annotations", "pool").Text());
        Assert.Equal(before, Tree());
    }

    [Fact]
    public async Task What_the_overlay_has_in_the_namespace_is_applied_and_what_others_set_stays()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var image = $"{sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@"
            + $"{sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "overlaid", "healthy").Digest}";
        Plant(image.Split('@')[0]);
        _ = Program();
        var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production") with
        {
            Kustomize = new KustomizeSettings(Production, []),
            AlsoContainers = [],
        };
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var mine = DeploymentPatch.Container(target.Container, """{ "env": [{ "name": "BY_HAND", "value": "stays" }] }""");
        await cluster.PatchAsync(
            ResourceKind.Deployments,
            target.Namespace,
            target.Deployment,
            new PatchRequest(PatchKind.StrategicMerge, mine) { Manager = "somebody" },
            Ct);
        var plan = await UpdatePlanner.PlanAsync(cluster, target, image, Ct);
        Assert.Contains("ConfigMap/overlaid (new)", plan.Diff, StringComparison.Ordinal);
        Assert.Null(sandbox.Objects.Find(KindInfo.ConfigMaps, target.Namespace, "overlaid"));
        Assert.Equal(["Service/elsewhere"], plan.Overlay!.LeftOut);

        var rollout = await StepContexts.UpdateAsync(cluster, plan, new UpdateOptions { Timeout = TimeSpan.FromSeconds(30) }, Ct);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var deployment = sandbox.Objects.Find(KindInfo.Deployments, target.Namespace, target.Deployment)!;
        Assert.Contains("BY_HAND", deployment.At("spec", "template")!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("run", deployment.At("metadata", "annotations", "kubernetes.io/change-cause").Text(), StringComparison.Ordinal);
        Assert.Equal("1", sandbox.Objects.Find(KindInfo.ConfigMaps, target.Namespace, "overlaid").At("data", "a").Text());
    }

    [Fact]
    public async Task A_field_of_another_manager_is_a_conflict_that_names_it_unless_it_is_taken_over()
    {
        const string Conflict =
            """{"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"Apply failed with 1 conflict","details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl-edit\" using apps/v1","field":".spec.minReadySeconds"}]}}""";
        await using var api = await ScriptedApi.StartAsync(null, async http =>
        {
            var forced = http.Request.Query["force"] == "true";
            http.Response.StatusCode = forced ? 200 : 409;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(http.Response, forced ? "{}" : Conflict, Ct);
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var target = new Target { Name = "t", ConfigurationPath = "", Namespace = "n", Deployment = "app", Environment = "e" };
        var wanted = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "app" } };
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() =>
            new OverlayApplier(cluster, target, []).PreviewAsync(ResourceKind.Deployments, wanted, live: null, Ct));
        Assert.Equal("ApplyConflict", fault.Id);
        Assert.Contains("kubectl-edit owns .spec.minReadySeconds", fault.Message, StringComparison.Ordinal);
        await new OverlayApplier(cluster, target, ["kubectl-edit"]).PreviewAsync(ResourceKind.Deployments, wanted, live: null, Ct);
        Assert.Equal(3, api.Requests.Count);
        Assert.Contains("force=true", api.Requests[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"manager":"rsolvdeploy","operation":"Apply","fieldsV1":{"f:spec":{"f:replicas":{}}}}]""", 5)]
    [InlineData(
        """[{"manager":"rsolvdeploy","operation":"Apply","fieldsV1":{"f:spec":{"f:replicas":{}}}},{"manager":"kube-controller-manager","operation":"Update","fieldsV1":{"f:spec":{"f:replicas":{}}}}]""",
        null)]
    [InlineData(
        """[{"manager":"kubectl-client-side-apply","operation":"Update","fieldsV1":{"f:metadata":{"f:annotations":{"f:kubectl.kubernetes.io/last-applied-configuration":{}}},"f:spec":{"f:replicas":{}}}}]""",
        5)]
    [InlineData("[]", null)]
    public void An_autoscaler_keeps_its_number_whoever_owns_the_field(string managed, int? applied)
    {
        var live = (JsonObject)JsonNode.Parse($$"""{ "metadata": { "managedFields": {{managed}} }, "spec": { "replicas": 5 } }""")!;
        var wanted = (JsonObject)JsonNode.Parse("""{ "spec": { "replicas": 2 } }""")!;
        OverlayApplier.KeepReplicas(wanted, live);
        Assert.Equal(applied, wanted.At("spec", "replicas").Number());
    }

    [Fact]
    public async Task The_program_gets_its_arguments_as_a_list()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("The stand-in is a shell script.");
        Plant("registry.test/app");
        var bin = Path.Combine(_tree, "bin");
        Directory.CreateDirectory(bin);
        var script = Path.Combine(bin, "kustomize");
        var said = Path.Combine(_tree, "said");
        await File.WriteAllTextAsync(
            script, $"#!/bin/sh\nprintf '%s|' \"$@\" >> '{said}'; echo >> '{said}'\ncat '{Path.Combine(_tree, "built.yaml")}'\n", Ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(
            Path.Combine(_tree, "built.yaml"),
            "kind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{name: a, image: "
                + $"'registry.test/app@{Digest}'}}]}}}}}}\n",
            Ct);
        await new OverlayBuilder(Production, KustomizeProgram.Find(bin)).BuildAsync(Of("app"), ["a"], $"registry.test/app@{Digest}", Ct);
        Assert.Equal([$"build|{Production}|"], await File.ReadAllLinesAsync(said, Ct));
    }

    [Fact]
    public void Without_either_program_the_error_names_it() =>
        Assert.Equal("KustomizeMissing", Assert.Throws<DeployException>(() => KustomizeProgram.Find(_tree)).Id);

    [Fact]
    public async Task Only_the_named_containers_get_the_image_and_the_plan_names_the_others_of_its_repository()
    {
        Plant("registry.test/app");
        var built = await new OverlayBuilder(Production, Program()).BuildAsync(
            Of("rsolv-platform"), ["rsolv-platform"], $"registry.test/app@{Digest}", Ct);
        var template = built.Objects.Single(one => one["kind"].Text() == "Deployment").At("spec", "template");
        Assert.Equal(
            ($"registry.test/app@{Digest}", "registry.test/app:old"),
            (PodTemplate.Image(template, "rsolv-platform"), PodTemplate.Image(template, "migrate")));
        Assert.Contains("container migrate keeps registry.test/app:old", Assert.Single(built.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Deployment_of_the_same_name_in_another_namespace_is_another_one()
    {
        Plant("registry.test/app");
        Write("overlays/production/kustomization.yaml", "resources: [../../base]\nnamespace: elsewhere\n");
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => new OverlayBuilder(Production, Program()).BuildAsync(
            Of("rsolv-platform"), ["rsolv-platform"], $"registry.test/app@{Digest}", Ct));
        Assert.Equal("KustomizeNoDeployment", fault.Id);
        Assert.Contains("elsewhere/rsolv-platform", fault.Message, StringComparison.Ordinal);
    }

    private static Target Of(string deployment) =>
        new() { Name = "t", ConfigurationPath = "", Namespace = "n", Deployment = deployment, Environment = "e" };

    private static KustomizeProgram Program()
    {
        try
        {
            return KustomizeProgram.Find();
        }
        catch (DeployException e) when (e.Id == "KustomizeMissing")
        {
            Assert.Skip("There is neither kustomize nor kubectl on PATH: that overlays are built was not tried.");
            throw;
        }
    }

    private void Plant(string repository)
    {
        Write("base/kustomization.yaml", "resources: [deployment.yaml]\n");
        Write("base/deployment.yaml", $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: rsolv-platform, labels: { app: rsolv-platform } }
            spec:
              selector: { matchLabels: { app: rsolv-platform } }
              template:
                metadata: { labels: { app: rsolv-platform } }
                spec:
                  initContainers: [{ name: migrate, image: '{{repository}}:old' }]
                  containers: [{ name: rsolv-platform, image: '{{repository}}:old' }]
            """);
        Write("overlays/production/kustomization.yaml", """
            resources: [../../base, more.yaml]
            patches:
              - target: { kind: Deployment }
                patch: |-
                  - { op: add, path: /spec/template/metadata/annotations, value: { pool: "4" } }
            """);
        Write("overlays/production/more.yaml", """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: overlaid }
            data: { a: "1" }
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: elsewhere, namespace: other }
            spec: { ports: [{ port: 80 }] }
            """);
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private IEnumerable<string> Tree() => [.. Directory.EnumerateFiles(_tree, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => $"{file}\n{File.ReadAllText(file)}")];
}
