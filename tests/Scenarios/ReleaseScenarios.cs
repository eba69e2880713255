using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>What belongs to a release, and so is restored with it, and which release a rollback leads to.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class ReleaseScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string Settings = "release-settings";
    private const string Registry = "registry";
    private const string Certificate = "certificate";
    private const string Token = "token";
    private const string OldLogin = "eyJhdXRocyI6e319"; // {"auths":{}}
    private const string NewLogin = "eyJhdXRocyI6eyJhIjp7fX19"; // {"auths":{"a":{}}}

    [Fact]
    public async Task What_somebody_else_renewed_since_is_left_and_named_and_the_rest_is_restored()
    {
        await CreateAsync(new ConfigMapManifest(Settings) { Data = { ["MODE"] = "one", ["CA"] = "old" } });
        await CreateAsync(new SecretManifest(Registry)
        {
            Type = "kubernetes.io/dockerconfigjson",
            Data = { [".dockerconfigjson"] = OldLogin },
        });
        await CreateAsync(new SecretManifest(Certificate)
        {
            Type = "kubernetes.io/tls",
            Data = { ["tls.crt"] = "b25l", ["tls.key"] = "b25l" },
            Annotations = { ["cert-manager.io/certificate-name"] = "shop" },
        });
        var owner = await CreateAsync(new ConfigMapManifest("owner"));
        await CreateAsync(new SecretManifest(Token) { Data = { ["TOKEN"] = "b25l" } });
        await MergeAsync(ResourceKind.Secrets, Token, $$"""
            { "metadata": { "ownerReferences": [{
              "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "{{owner.At("metadata", "uid").Text()}}" }] } }
            """);
        await MergeTemplateAsync($$"""
            {
              "imagePullSecrets": [{ "name": "{{Registry}}" }],
              "volumes": [{ "name": "certificate", "secret": { "secretName": "{{Certificate}}" } }]
            }
            """);
        await PatchContainerAsync(
            $$"""{ "envFrom": [{ "configMapRef": { "name": "{{Settings}}" } }, { "secretRef": { "name": "{{Token}}" } }] }""");
        await ReleaseAsync(On.Better);

        await MergeAsync(ResourceKind.ConfigMaps, Settings, """{ "data": { "MODE": "two" } }""");
        await KubectlAsync(
            "-n", On.Target.Namespace, "patch", "configmap", Settings, "--type=merge", "--field-manager=trust-manager", "-p",
            """{ "data": { "CA": "new" } }""");
        await MergeAsync(ResourceKind.Secrets, Registry, $$"""{ "data": { ".dockerconfigjson": "{{NewLogin}}" } }""");
        await MergeAsync(ResourceKind.Secrets, Certificate, """{ "data": { "tls.crt": "dHdv", "tls.key": "dHdv" } }""");
        await MergeAsync(ResourceKind.Secrets, Token, """{ "data": { "TOKEN": "dHdv" } }""");
        Assert.Equal(StepStatus.Failed, (await UpdateAsync(On.Crashing)).Status);

        var plan = await PlanAsync(new RollbackRequest { ToImage = On.Better });
        var undone = await StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId);
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        var settings = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, Settings, Ct);
        Assert.Equal(("one", "new"), (settings.At("data", "MODE").Text(), settings.At("data", "CA").Text()));
        Assert.Equal(NewLogin, await ValueAsync(Registry, ".dockerconfigjson"));
        Assert.Equal(("dHdv", "dHdv"), (await ValueAsync(Certificate, "tls.crt"), await ValueAsync(Token, "TOKEN")));
        var evidence = undone.Checks.Single(check => check.Id == "rollback.configuration").Evidence;
        foreach (var reason in (string[])
        [
            $"Secret/{Registry} (a pull secret)", $"Secret/{Certificate} (a certificate that cert-manager renews)",
            $"Secret/{Token} (ConfigMap/owner owns it)", $"ConfigMap/{Settings} (data.CA of trust-manager)",
        ])
        {
            Assert.Contains(reason, plan.Summary, StringComparison.Ordinal);
            Assert.Contains(reason, evidence, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_that_is_created_again_keeps_its_labels_annotations_and_owners(bool deleted)
    {
        var owner = await CreateAsync(new ConfigMapManifest("owner"));
        await CreateAsync(new SecretManifest(Settings)
        {
            Data = { ["A"] = "b25l" },
            Immutable = true,
            Labels = { ["team"] = "shop" },
            Annotations = { ["note"] = "by hand" },
        });
        if (deleted)
        {
            // An object that has an owner is left to it while it exists.
            await MergeAsync(ResourceKind.Secrets, Settings, $$"""
                { "metadata": { "ownerReferences": [
                  { "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "{{owner.At("metadata", "uid").Text()}}" },
                  { "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "00000000-0000-0000-0000-000000000000" }] } }
                """);
        }

        await PatchContainerAsync($$"""{ "envFrom": [{ "secretRef": { "name": "{{Settings}}", "optional": true } }] }""");
        await ReleaseAsync(On.Better);
        await Cluster.DeleteAsync(ResourceKind.Secrets, On.Target.Namespace, Settings, Ct);
        if (!deleted)
        {
            await CreateAsync(new SecretManifest(Settings)
            {
                Data = { ["A"] = "dHdv" },
                Immutable = true,
                Labels = { ["team"] = "store" },
                Annotations = { ["note"] = "again" },
            });
        }

        var undone = await UndoAsync(new RollbackRequest { ToImage = On.Better });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        var secret = await Cluster.GetAsync(ResourceKind.Secrets, On.Target.Namespace, Settings, Ct);
        Assert.Equal("b25l", secret.At("data", "A").Text());
        Assert.Equal(deleted ? ("shop", "by hand") : ("store", "again"),
            (secret.At("metadata", "labels", "team").Text(), secret.At("metadata", "annotations", "note").Text()));
        // The garbage collector would delete an object whose owners are gone.
        Assert.Equal(
            deleted ? [owner.At("metadata", "uid").Text()] : [],
            (secret.At("metadata", "ownerReferences") as JsonArray ?? []).Select(one => one.At("uid").Text()));
    }

    [Fact]
    public async Task A_restart_is_no_release()
    {
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => RestartAndPlanAsync("once"));
        Assert.Equal("NoPreviousRevision", refused.Id);

        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        var plan = await RestartAndPlanAsync("twice");
        Assert.Equal(On.Good, plan.Image);

        var revision = DeploymentReader.Revision(await DeploymentAsync()) - 1;
        refused = await Assert.ThrowsAnyAsync<DeployException>(() => PlanAsync(new RollbackRequest { ToRevision = revision }));
        Assert.Equal("NoOtherRelease", refused.Id);
        Assert.Contains(On.Good, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_ReplicaSets_the_saved_pod_template_is_restored()
    {
        await MergeDeploymentAsync("""{ "revisionHistoryLimit": 0 }""");
        await ReleaseAsync(On.Better);
        await PatchContainerAsync("""{ "env": [{ "name": "BROKEN", "value": "1" }] }""");
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Good)).Status);
        await WaitForRevisionsAsync(1);

        var plan = await PlanAsync(new RollbackRequest());
        Assert.Equal(On.Better, plan.Image);
        Assert.Contains("its saved pod template is restored", plan.Choice, StringComparison.Ordinal);
        var undone = await StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId);
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Null(PodTemplate.Containers(PodTemplate.Of(await DeploymentAsync())).Single()["env"]);
        await WaitForRevisionsAsync(1);
        Assert.Equal("NoPreviousRevision", (await Assert.ThrowsAnyAsync<DeployException>(() =>
            PlanAsync(new RollbackRequest { Unattended = true }))).Id);
    }

    [Fact]
    public async Task A_failed_update_is_rolled_back_to_what_it_saw_when_no_ReplicaSet_is_left()
    {
        await MergeDeploymentAsync(
            """{ "revisionHistoryLimit": 0, "strategy": { "type": "Recreate", "rollingUpdate": null } }""");
        await PatchContainerAsync("""{ "env": [{ "name": "MODE", "value": "one" }] }""");
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Good)).Status);
        var rollout = await UpdateAsync(On.Crashing, rollback: true);
        Assert.Equal(StepStatus.Failed, rollout.Status);
        Assert.Equal((StepStatus.Succeeded, On.Good), (rollout.Rollback!.Status, rollout.Rollback.Image));
        var deployment = await DeploymentAsync();
        Assert.Equal("one", PodTemplate.Containers(PodTemplate.Of(deployment)).Single().At("env")?[0].At("value").Text());
        Assert.InRange(deployment.At("metadata", "annotations", DeploymentAnnotations.ChangeCause).Text()!.Length, 1, 501);
    }

    [Fact]
    public async Task An_image_that_only_the_history_names_is_refused_unless_the_operator_specifies_it()
    {
        var foreign = $"registry.example.org/other/app@sha256:{new string('1', 64)}";
        await new ReleaseHistory(Cluster, On.Target).AppendAsync(
            new Release(foreign, DateTimeOffset.UtcNow) { Status = StepStatus.Succeeded, Verified = true }, Ct);
        var before = await DeploymentAsync();
        var request = await LastKnownGood.FindAsync(
            StepContexts.Create(Cluster, On.Target, StepKind.Rollback), previousRevision: null, new RollbackOptions(), Ct);
        Assert.Equal(foreign, request.ToImage);
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => UndoAsync(request));
        Assert.Equal("ImageNotProven", refused.Id);
        Assert.True(JsonNode.DeepEquals(before["spec"], (await DeploymentAsync())["spec"]));
        Assert.Equal(foreign, (await PlanAsync(request with { IsExplicit = true })).Image);

        // A mirror of an image that a ReplicaSet has is no foreign image.
        var mirror = $"mirror.example.org/{On.Good[(On.Good.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
        Assert.Equal("NoOtherRelease", (await Assert.ThrowsAnyAsync<DeployException>(() =>
            PlanAsync(new RollbackRequest { ToImage = mirror }))).Id);
    }

    private Task<RollbackPlan> PlanAsync(RollbackRequest request) =>
        new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(request, Ct);

    private async Task<RollbackPlan> RestartAndPlanAsync(string when)
    {
        var before = DeploymentReader.Revision(await DeploymentAsync());
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, $$$"""
            { "spec": { "template": { "metadata": { "annotations": { "kubectl.kubernetes.io/restartedAt": "{{{when}}}" } } } } }
            """);
        await WaitForDeploymentAsync(deployment => DeploymentReader.Revision(deployment) > before);
        return await PlanAsync(new RollbackRequest());
    }

    private Task<JsonObject> MergeTemplateAsync([StringSyntax(StringSyntaxAttribute.Json)] string spec) =>
        MergeDeploymentAsync($$"""{ "template": { "spec": {{spec}} } }""");

    private async Task<string?> ValueAsync(string secret, string key) =>
        (await Cluster.GetAsync(ResourceKind.Secrets, On.Target.Namespace, secret, Ct)).At("data", key).Text();

    // As Update-RsolvDeployment does: it saves the configuration and records the release.
    private async Task ReleaseAsync(string image)
    {
        var rollout = await UpdateAsync(image);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var snapshot = await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(
            await DeploymentAsync(), null, RunId, SilentReporter.Instance, Ct);
        await new ReleaseHistory(Cluster, On.Target).AppendAsync(
            new Release(image, DateTimeOffset.UtcNow)
            {
                Status = StepStatus.Succeeded,
                Revision = rollout.Revision,
                Configuration = snapshot,
            },
            Ct);
    }

    private async Task WaitForRevisionsAsync(int count)
    {
        var left = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.ReplicaSets, On.Target.Namespace), Ct))
        {
            var name = change.Object.At("metadata", "name").Text() ?? "";
            if (change.Type == WatchEventType.Deleted) left.Remove(name);
            else if (change.Type != WatchEventType.Synced) left.Add(name);
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted && left.Count <= count) return;
        }
    }

    private async Task WaitForDeploymentAsync(Func<JsonObject, bool> wanted)
    {
        var watch = new WatchRequest(ResourceKind.Deployments, On.Target.Namespace)
        {
            FieldSelector = $"metadata.name={On.Target.Deployment}",
        };
        await foreach (var change in Cluster.WatchAsync(watch, Ct))
            if (change.Type is WatchEventType.Added or WatchEventType.Modified && wanted(change.Object)) return;
    }
}
