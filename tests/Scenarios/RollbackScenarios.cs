using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Ways back: to good ground, with all that the release changed, and so that nothing differs afterwards.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class RollbackScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    private const string Settings = "undo-settings";

    [Fact]
    public async Task After_two_bad_releases_the_way_back_lands_on_the_good_one_with_its_ConfigMap_and_Secret_and_stays_there()
    {
        await CreateAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "one" } });
        await CreateAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "b25l" } });
        await ReadSettingsAsync();
        Assert.Equal(StepStatus.Succeeded, (await ReleaseAsync(On.Better)).Status);
        await new ReleaseHistory(Cluster, On.Target).MarkVerifiedAsync(On.Better, Ct);

        await MergeAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "two", ["EXTRA"] = "x" } });
        await MergeAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "dHdv" } });
        var crashed = await ReleaseAsync(On.Crashing);
        Assert.Equal(StepStatus.Failed, crashed.Status);
        Assert.Equal(StepStatus.Failed, (await ReleaseAsync($"{On.Good.Split('@')[0]}@sha256:{new string('0', 64)}")).Status);
        // As an autoscaler would.
        await MergeAsync(ResourceKind.Deployments, On.Target.Deployment, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 3 } });

        var undone = await UndoToGoodGroundAsync();
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Equal((On.Better, 3), (undone.Image, undone.Pods.Count));
        Assert.Equal(["one"], (await DataAsync(ResourceKind.ConfigMaps)).Select(entry => entry.Value.Text()));
        Assert.Equal(["b25l"], (await DataAsync(ResourceKind.Secrets)).Select(entry => entry.Value.Text()));
        Assert.Equal(3, (await DeploymentAsync()).At("spec", "replicas").Number());
        // What crashed is gone; what it said last, and its exit code, are not.
        Assert.DoesNotContain(await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct), pod => crashed.Pods.Any(gone => gone.Name == PodReader.Name(pod)));
        Assert.Contains($"exitCode {crashed.Diagnosis!.ExitCode}", await File.ReadAllTextAsync(Path.Combine(crashed.Evidence!, "pods.txt"), Ct), StringComparison.Ordinal);
        var logs = Directory.EnumerateFiles(Path.Combine(crashed.Evidence!, "logs"), "*.log").Select(File.ReadAllText);
        Assert.Contains(logs, log => log.Contains(crashed.Diagnosis.LastLog[^1], StringComparison.Ordinal));

        var again = await UndoToGoodGroundAsync();
        Assert.Equal((StepStatus.Succeeded, On.Better, undone.Revision), (again.Status, again.Image, again.Revision));
    }

    [Fact]
    public async Task A_ConfigMap_that_somebody_changes_after_the_plan_is_not_overwritten()
    {
        await CreateAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "one" } });
        await ReadSettingsAsync();
        await ReleaseAsync(On.Better);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "two" } });
        var plan = await RollbackPlanner.PlanAsync(Cluster, On.Target, new RollbackRequest { ToImage = On.Better }, Ct);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "three" } });
        var before = await DeploymentAsync();
        var fault = await Assert.ThrowsAnyAsync<Errors.DeployException>(() => StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId));
        Assert.Equal("Conflict", fault.Id);
        Assert.Equal("three", (await DataAsync(ResourceKind.ConfigMaps))["MODE"].Text());
        Assert.True(JsonNode.DeepEquals(before["spec"], (await DeploymentAsync())["spec"]));
    }

    [Fact]
    public async Task A_secret_that_is_to_be_kept_stays_as_it_was_renewed()
    {
        await CreateAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "one" } });
        await CreateAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "b25l" } });
        await ReadSettingsAsync();
        await ReleaseAsync(On.Better);
        await MergeAsync(ResourceKind.ConfigMaps, Settings, new JsonObject { ["data"] = new JsonObject { ["MODE"] = "two" } });
        await MergeAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "dHdv" } });

        var target = On.Target with { Rollback = new RollbackSettings { Keep = [$"Secret/{Settings}"] } };
        var plan = await RollbackPlanner.PlanAsync(Cluster, target, new RollbackRequest { ToImage = On.Better }, Ct);
        var undone = await StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId);
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        Assert.Contains($"(rollback.keep): Secret/{Settings}", undone.Checks.Single(check => check.Id == "rollback.configuration").Evidence, StringComparison.Ordinal);
        Assert.Equal(["one"], (await DataAsync(ResourceKind.ConfigMaps)).Select(entry => entry.Value.Text()));
        Assert.Equal(["dHdv"], (await DataAsync(ResourceKind.Secrets)).Select(entry => entry.Value.Text()));
    }

    [Fact]
    public async Task After_a_way_back_the_old_manifests_differ_in_nothing()
    {
        await CreateAsync(ResourceKind.Secrets, Settings, new JsonObject { ["data"] = new JsonObject { ["TOKEN"] = "b25l" } });
        await ApplyAsync("old", On.Better, "one", new JsonObject { ["name"] = "KEPT", ["value"] = "1" });
        var old = await UpdateAsync(On.Better);
        Assert.True(old.Status == StepStatus.Succeeded, $"{old.Diagnosis}");
        await RememberAsync(old, null);
        await ApplyAsync("new", On.Crashing, "two", new JsonObject { ["name"] = "ADDED", ["value"] = "2" });

        Assert.Equal(StepStatus.Succeeded, (await UndoAsync(new RollbackRequest { ToImage = On.Better })).Status);
        await KubectlAsync(["-n", On.Target.Namespace, "diff", "-f", Path.Combine(Folder, "old.json")]);
    }

    private async Task ApplyAsync(string name, string image, string mode, JsonObject variable)
    {
        var live = await DeploymentAsync();
        var template = RevisionSearch.Clean(live.At("spec", "template")!);
        var container = PodReader.Containers(template).Single();
        container["image"] = image;
        container["env"] = new JsonArray(variable);
        container["envFrom"] = EnvFrom();
        var manifests = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray(
                new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = Settings }, ["data"] = new JsonObject { ["MODE"] = mode, [$"ONLY_{mode}"] = "x" } },
                new JsonObject
                {
                    ["apiVersion"] = "apps/v1",
                    ["kind"] = "Deployment",
                    ["metadata"] = new JsonObject { ["name"] = On.Target.Deployment },
                    ["spec"] = new JsonObject { ["replicas"] = 2, ["selector"] = live.At("spec", "selector")!.DeepClone(), ["template"] = template },
                }),
        };
        var file = Path.Combine(Folder, $"{name}.json");
        await File.WriteAllTextAsync(file, manifests.ToJsonString(new JsonSerializerOptions { WriteIndented = true }), Ct);
        await KubectlAsync(["-n", On.Target.Namespace, "apply", "--validate=false", "-f", file]);
    }

    private async Task ReadSettingsAsync() => await Cluster.PatchAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, new PatchRequest(PatchKind.StrategicMerge, new JsonObject
    {
        ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = On.Target.Container, ["envFrom"] = EnvFrom() }) } } },
    }), Ct);

    private static JsonArray EnvFrom() =>
    [
        new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = Settings } },
        new JsonObject { ["secretRef"] = new JsonObject { ["name"] = Settings, ["optional"] = true } },
    ];

    private async Task<JsonObject> DataAsync(ResourceKind kind) => (JsonObject)(await Cluster.GetAsync(kind, On.Target.Namespace, Settings, Ct))["data"]!;

    // As Update-RsolvDeployment does: what is there is kept, and the release remembered.
    private async Task<Rollout> ReleaseAsync(string image)
    {
        var before = await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(await DeploymentAsync(), null, RunId, SilentReporter.Instance, Ct);
        Assert.NotNull(before);
        var rollout = await UpdateAsync(image);
        await RememberAsync(rollout, before);
        return rollout;
    }

    private async Task RememberAsync(Rollout rollout, string? before)
    {
        var with = rollout.Status == StepStatus.Succeeded ? await new ConfigurationSnapshot(Cluster, On.Target).SaveAsync(await DeploymentAsync(), before, RunId, SilentReporter.Instance, Ct) : null;
        await new ReleaseHistory(Cluster, On.Target).AppendAsync(new Release(rollout.Image!, DateTimeOffset.UtcNow) { Status = rollout.Status, Configuration = with, ConfigurationBefore = before }, Ct);
    }

    private async Task<Rollback> UndoToGoodGroundAsync()
    {
        var undone = await UndoAsync(await LastKnownGood.FindAsync(Cluster, On.Target, null, Ct));
        await new ReleaseHistory(Cluster, On.Target).AppendAsync(new Release(undone.Image!, DateTimeOffset.UtcNow) { Status = undone.Status, IsRollback = true }, Ct);
        return undone;
    }
}
