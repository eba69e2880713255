using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Scenarios;

/// <summary>Pods that do not start or do not become ready: named with their cause, unless it passes by itself.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class FailureScenarios(IScenarioFixture stage) : ClusterScenarios(stage)
{
    [Fact]
    public async Task A_probe_that_fails_is_named_with_what_it_asks_and_what_it_is_answered()
    {
        await MergeContainerAsync(new JsonObject { ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/not-there", ["port"] = 4000 }, ["periodSeconds"] = 1 } });
        var rollout = await UpdateAsync(On.Better, timeout: TimeSpan.FromSeconds(20));
        Assert.Equal((StepStatus.TimedOut, "ProbeFailing"), (rollout.Status, rollout.Diagnosis!.Cause));
        foreach (var part in new[] { "Readiness probe failed", "404", "GET /not-there on port 4000", On.Target.Container! }) Assert.Contains(part, rollout.Diagnosis.Message, StringComparison.Ordinal);
        Assert.NotEmpty(rollout.Diagnosis.Events);
    }

    [Fact]
    public async Task Pods_that_no_node_has_room_for_are_named_with_what_is_missing()
    {
        await MergeContainerAsync(new JsonObject { ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "900" } } });
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "Unschedulable"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("Insufficient cpu", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_that_a_quota_does_not_let_in_are_named_with_the_quota()
    {
        await CreateAsync(ResourceKind.ResourceQuotas, "few", new JsonObject { ["spec"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "2" } } });
        await UntilAsync(ResourceKind.ResourceQuotas, quota => quota.At("status", "hard", "pods") is not null);
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "QuotaExceeded"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("exceeded quota: few", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_that_admission_refuses_are_named_with_its_reason()
    {
        await Cluster.PatchAsync(ResourceKind.Namespaces, null, On.Target.Namespace, new PatchRequest(PatchKind.Merge, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["pod-security.kubernetes.io/enforce"] = "restricted" } } }), Ct);
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "AdmissionRefused"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("violates PodSecurity \"restricted:latest\"", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_is_killed_for_its_memory_is_named()
    {
        await MergeContainerAsync(new JsonObject
        {
            ["command"] = new JsonArray("sh", "-c", "text=x; while true; do text=$text$text; done"),
            ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = "32Mi" } },
        });
        Stage.KillForMemory();
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "OutOfMemory"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Equal(137, rollout.Diagnosis.ExitCode);
    }

    [Fact]
    public async Task A_new_pod_that_is_evicted_does_not_fail_its_rollout()
    {
        string? evicted = null;
        var rollout = await UpdateDuringAsync(On.Better, async () =>
        {
            var pod = await UntilAsync(ResourceKind.Pods, pod => DeploymentReader.Image(pod, On.Target.Container!) == On.Better && PodReader.ImageId(pod, On.Target.Container!) is { Length: > 0 });
            evicted = PodReader.Name(pod);
            var eviction = new JsonObject { ["apiVersion"] = "policy/v1", ["kind"] = "Eviction", ["metadata"] = new JsonObject { ["name"] = evicted, ["namespace"] = On.Target.Namespace } };
            await Cluster.CreateAsync(new ResourceKind("", "v1", $"pods/{evicted}/eviction", "Eviction"), On.Target.Namespace, eviction, dryRun: false, Ct);
        });
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(2, rollout.Pods.Count);
        Assert.DoesNotContain(rollout.Pods, pod => pod.Name == evicted);
    }

    [Fact]
    public async Task A_registry_that_is_down_for_a_while_does_not_fail_a_rollout()
    {
        var (image, bringBack) = await Stage.DownRegistryAsync();
        var update = UpdateAsync(image);
        // Tried at once, after 10 s, and on a real node after 20 s more: it has been away for long enough.
        var away = UntilAsync(ResourceKind.Events, told => told["message"].Text() == "Error: ErrImagePull" && (told["count"].Number() ?? 0) >= 3);
        Assert.Same(away, await Task.WhenAny(update, away));
        bringBack();
        var rollout = await update;
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Contains(rollout.Timeline, entry => entry.Event.Contains("ImageNotFound", StringComparison.Ordinal));
    }

    private async Task<JsonObject> UntilAsync(ResourceKind kind, Func<JsonObject, bool> seen)
    {
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(kind, On.Target.Namespace), Ct))
        {
            if (change.Type != WatchEventType.Deleted && seen(change.Object)) return change.Object;
        }

        throw new InvalidOperationException("The watch ended.");
    }

    private async Task MergeContainerAsync(JsonObject container)
    {
        container["name"] = On.Target.Container;
        await Cluster.PatchAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, new PatchRequest(PatchKind.StrategicMerge, new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } } } }), Ct);
    }
}
