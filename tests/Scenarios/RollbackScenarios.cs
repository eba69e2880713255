using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Rollbacks to the last known good release, with everything that the release changed.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class RollbackScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string Settings = "undo-settings";

    [Fact]
    public async Task After_two_bad_releases_a_rollback_restores_the_good_one_with_its_ConfigMap_and_Secret_and_stays_there()
    {
        await CreateAsync(new ConfigMapManifest(Settings) { Data = { ["MODE"] = "one" } });
        await CreateAsync(new SecretManifest(Settings) { Data = { ["TOKEN"] = "b25l" } });
        await ReadSettingsAsync();
        Assert.Equal(StepStatus.Succeeded, (await ReleaseAsync(On.Better)).Status);
        await new ReleaseHistory(Cluster, On.Target).MarkVerifiedAsync(On.Better, Ct);

        await MergeAsync(ResourceKind.ConfigMaps, Settings, """{ "data": { "MODE": "two", "EXTRA": "x" } }""");
        await MergeAsync(ResourceKind.Secrets, Settings, """{ "data": { "TOKEN": "dHdv" } }""");
        var crashed = await ReleaseAsync(On.Crashing);
        Assert.Equal(StepStatus.Failed, crashed.Status);
        Assert.Equal(StepStatus.Failed, (await ReleaseAsync($"{On.Good.Split('@')[0]}@sha256:{new string('0', 64)}")).Status);
        // As an autoscaler would.
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, """{ "spec": { "replicas": 3 } }""");

        var undone = await UndoToLastKnownGoodAsync();
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Equal((On.Better, 3), (undone.Image, undone.Pods.Count));
        Assert.Equal(["one"], (await DataAsync(ResourceKind.ConfigMaps)).Select(entry => entry.Value.Text()));
        Assert.Equal(["b25l"], (await DataAsync(ResourceKind.Secrets)).Select(entry => entry.Value.Text()));
        Assert.Equal(3, (await DeploymentAsync()).At("spec", "replicas").Number());
        // The crashed pods are gone; their last log lines and exit codes are not.
        Assert.DoesNotContain(
            await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct),
            pod => crashed.Pods.Any(gone => gone.Name == pod.ReadAs<V1Pod>().Name()));
        Assert.Contains(
            $"exitCode {crashed.Diagnosis!.ExitCode}",
            await File.ReadAllTextAsync(Path.Combine(crashed.Evidence!, "pods.txt"), Ct),
            StringComparison.Ordinal);
        var logs = Directory.EnumerateFiles(Path.Combine(crashed.Evidence!, "logs"), "*.log").Select(File.ReadAllText);
        Assert.Contains(logs, log => log.Contains(crashed.Diagnosis.LastLog[^1], StringComparison.Ordinal));

        // A second rollback would lead to the release that runs: it is refused and names the others.
        var refused = await Assert.ThrowsAnyAsync<Errors.DeployException>(UndoToLastKnownGoodAsync);
        Assert.Equal("NoOtherRelease", refused.Id);
        Assert.Contains(On.Crashing, refused.Message, StringComparison.Ordinal);
        Assert.Equal(undone.Revision, DeploymentReader.Revision(await DeploymentAsync()));
    }

    [Fact]
    public async Task A_ConfigMap_that_somebody_changes_after_the_plan_is_not_overwritten()
    {
        await CreateAsync(new ConfigMapManifest(Settings) { Data = { ["MODE"] = "one" } });
        await ReadSettingsAsync();
        await ReleaseAsync(On.Better);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, """{ "data": { "MODE": "two" } }""");
        var plan = await new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(
            new RollbackRequest { ToImage = On.Better }, Ct);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, """{ "data": { "MODE": "three" } }""");
        var before = await DeploymentAsync();
        var fault = await Assert.ThrowsAnyAsync<Errors.DeployException>(() =>
            StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId));
        Assert.Equal("Conflict", fault.Id);
        Assert.Equal("three", (await DataAsync(ResourceKind.ConfigMaps))["MODE"].Text());
        Assert.True(JsonNode.DeepEquals(before["spec"], (await DeploymentAsync())["spec"]));
    }

    [Fact]
    public async Task A_Secret_that_rollback_keep_names_keeps_its_new_value()
    {
        await CreateAsync(new ConfigMapManifest(Settings) { Data = { ["MODE"] = "one" } });
        await CreateAsync(new SecretManifest(Settings) { Data = { ["TOKEN"] = "b25l" } });
        await ReadSettingsAsync();
        await ReleaseAsync(On.Better);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, """{ "data": { "MODE": "two" } }""");
        await MergeAsync(ResourceKind.Secrets, Settings, """{ "data": { "TOKEN": "dHdv" } }""");

        var target = On.Target with { Rollback = new RollbackSettings { Keep = [$"Secret/{Settings}"] } };
        var plan = await new RollbackPlanner(Cluster, target, TimeProvider.System).PlanAsync(
            new RollbackRequest { ToImage = On.Better }, Ct);
        var undone = await StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId);
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Contains(
            $"(rollback.keep): Secret/{Settings}",
            undone.Checks.Single(check => check.Id == "rollback.configuration").Evidence,
            StringComparison.Ordinal);
        Assert.Equal(["one"], (await DataAsync(ResourceKind.ConfigMaps)).Select(entry => entry.Value.Text()));
        Assert.Equal(["dHdv"], (await DataAsync(ResourceKind.Secrets)).Select(entry => entry.Value.Text()));
    }

    [Fact]
    public async Task After_a_rollback_the_old_manifests_differ_in_nothing()
    {
        await CreateAsync(new SecretManifest(Settings) { Data = { ["TOKEN"] = "b25l" } });
        await ApplyAsync("old", On.Better, "one", "KEPT");
        var old = await UpdateAsync(On.Better);
        Assert.True(old.Status == StepStatus.Succeeded, $"{old.Diagnosis}");
        await RecordAsync(old, null);
        await ApplyAsync("new", On.Crashing, "two", "ADDED");

        Assert.Equal(StepStatus.Succeeded, (await UndoAsync(new RollbackRequest { ToImage = On.Better })).Status);
        await KubectlAsync(["-n", On.Target.Namespace, "diff", "-f", Path.Combine(Folder, "old.json")]);
    }

    private async Task ApplyAsync(string name, string image, string mode, string variable)
    {
        var live = await DeploymentAsync();
        var template = PodTemplate.Clean(live.At("spec", "template")!);
        var container = PodTemplate.Containers(template).Single();
        container["image"] = image;
        container["env"] = JsonNode.Parse($$"""[{ "name": "{{variable}}", "value": "1" }]""");
        container["envFrom"] = JsonNode.Parse(EnvFrom);
        var manifests = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray(
                new ConfigMapManifest(Settings) { Data = { ["MODE"] = mode, [$"ONLY_{mode}"] = "x" } }.ToJson(),
                new DeploymentManifest(On.Target.Deployment, image) { Template = template }.ToJson()),
        };
        var file = Path.Combine(Folder, $"{name}.json");
        await File.WriteAllTextAsync(file, manifests.ToJsonString(new JsonSerializerOptions { WriteIndented = true }), Ct);
        await KubectlAsync(["-n", On.Target.Namespace, "apply", "--validate=false", "-f", file]);
    }

    private Task<JsonObject> ReadSettingsAsync() => PatchContainerAsync($$"""{ "envFrom": {{EnvFrom}} }""");

    private const string EnvFrom =
        $$"""[{ "configMapRef": { "name": "{{Settings}}" } }, { "secretRef": { "name": "{{Settings}}", "optional": true } }]""";

    private async Task<JsonObject> DataAsync(ResourceKind kind) =>
        (JsonObject)(await Cluster.GetAsync(kind, On.Target.Namespace, Settings, Ct))["data"]!;

    // As Update-RsolvDeployment does: it saves the configuration and records the release.
    private async Task<Rollout> ReleaseAsync(string image)
    {
        var before = await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(
            await DeploymentAsync(), null, RunId, SilentReporter.Instance, Ct);
        Assert.NotNull(before);
        var rollout = await UpdateAsync(image);
        await RecordAsync(rollout, before);
        return rollout;
    }

    private async Task RecordAsync(Rollout rollout, string? before)
    {
        var with = rollout.Status == StepStatus.Succeeded
            ? await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(
                await DeploymentAsync(), before, RunId, SilentReporter.Instance, Ct)
            : null;
        await new ReleaseHistory(Cluster, On.Target).AppendAsync(
            new Release(rollout.Image!, DateTimeOffset.UtcNow)
            {
                Status = rollout.Status,
                Configuration = with,
                ConfigurationBefore = before,
            },
            Ct);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("signature")]
    [InlineData("made up")]
    public async Task A_release_that_somebody_changed_in_the_history_chooses_no_image(string change)
    {
        await ReleaseAsync(On.Better);
        await new ReleaseHistory(Cluster, On.Target).MarkVerifiedAsync(On.Better, Ct);
        await ReleaseAsync(On.Good);
        Assert.Equal(On.Better, (await FindAsync(SilentReporter.Instance)).ToImage);

        // Who may write ConfigMaps, but no Deployments.
        var name = $"{ReleaseHistory.Prefix}{On.Target.ReleaseName}";
        var map = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, Ct);
        var releases = JsonNode.Parse(map.At("data", "releases.json").Text()!)!.AsArray();
        var good = releases.Single(one => one.At("image").Text() == On.Better)!.AsObject();
        if (change == "image")
        {
            good["image"] = On.Crashing;
        }
        else if (change == "signature")
        {
            good.Remove("signature");
        }
        else
        {
            releases.Insert(0, JsonNode.Parse($$"""
                { "image": "{{On.Crashing}}", "at": "2026-11-24T12:00:00Z", "status": "Succeeded", "verified": true }
                """));
        }

        map["data"]!["releases.json"] = releases.ToJsonString();
        await Cluster.ReplaceAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, map, Ct);

        var reporter = new WarningRecorder();
        var request = await FindAsync(reporter);
        Assert.Equal(change == "made up" ? On.Better : null, request.ToImage);
        Assert.Contains("not proven", Assert.Single(reporter.Warnings), StringComparison.Ordinal);

        // A verification proves what runs again, by whoever verified it.
        await new ReleaseHistory(Cluster, On.Target).MarkVerifiedAsync(On.Good, Ct);
        Assert.Null((await new ReleaseHistory(Cluster, On.Target).ReadAsync(Ct)).First(one => one.Image == On.Good).Problem);
    }

    [Fact]
    public async Task An_unattended_rollback_refuses_to_choose_where_a_release_was_removed_from_the_history()
    {
        await ReleaseAsync(On.Better);
        await new ReleaseHistory(Cluster, On.Target).MarkVerifiedAsync(On.Better, Ct);
        await ReleaseAsync(On.Good);
        var name = $"{ReleaseHistory.Prefix}{On.Target.ReleaseName}";
        var map = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, Ct);
        var releases = JsonNode.Parse(map.At("data", "releases.json").Text()!)!.AsArray();
        releases.Remove(releases.Single(one => one.At("image").Text() == On.Better));
        map["data"]!["releases.json"] = releases.ToJsonString();
        await Cluster.ReplaceAsync(ResourceKind.ConfigMaps, On.Target.Namespace, name, map, Ct);

        var unattended = new RollbackOptions { Unattended = true };
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => FindAsync(options: unattended));
        Assert.Equal("HistoryIncomplete", refused.Id);
        Assert.Contains(On.Better, refused.Message, StringComparison.Ordinal);
        // What the failed step saw itself is no matter of the history.
        Assert.Equal(7, (await FindAsync(options: unattended, previousRevision: 7)).PreviousRevision);
        var reporter = new WarningRecorder();
        await FindAsync(reporter);
        Assert.Contains($"{On.Better} of", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    private Task<RollbackRequest> FindAsync(
        IReporter? reporter = null, RollbackOptions? options = null, long? previousRevision = null) => LastKnownGood.FindAsync(
        StepContexts.Create(Cluster, On.Target, StepKind.Rollback, reporter), previousRevision, options ?? new RollbackOptions(), Ct);

    private async Task<Rollback> UndoToLastKnownGoodAsync()
    {
        var undone = await UndoAsync(await FindAsync());
        await new ReleaseHistory(Cluster, On.Target).AppendAsync(
            new Release(undone.Image!, DateTimeOffset.UtcNow) { Status = undone.Status, IsRollback = true }, Ct);
        return undone;
    }
}
