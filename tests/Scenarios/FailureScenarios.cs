using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;

namespace RsolvDeploy.Scenarios;

/// <summary>Pods that do not start or do not become ready: reported with their cause, unless it is transient.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class FailureScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task A_failing_probe_is_reported_with_its_request_and_its_response()
    {
        await PatchContainerAsync("""{ "readinessProbe": { "httpGet": { "path": "/not-there", "port": 4000 }, "periodSeconds": 1 } }""");
        var rollout = await UpdateAsync(On.Better, timeout: TimeSpan.FromSeconds(20));
        Assert.Equal((StepStatus.TimedOut, "ProbeFailing"), (rollout.Status, rollout.Diagnosis!.Cause));
        foreach (var part in new[] { "Readiness probe failed", "404", "GET /not-there on port 4000", On.Target.Container! })
            Assert.Contains(part, rollout.Diagnosis.Message, StringComparison.Ordinal);
        Assert.NotEmpty(rollout.Diagnosis.Events);
    }

    [Fact]
    public async Task Unschedulable_pods_are_reported_with_the_missing_resource()
    {
        await PatchContainerAsync("""{ "resources": { "requests": { "cpu": "900" } } }""");
        var rollout = await UpdateAsync(On.Better, settings: Patience(RolloutCauses.Unschedulable, 5));
        Assert.Equal((StepStatus.Failed, "Unschedulable"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("Insufficient cpu", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_over_a_quota_are_reported_with_the_quota()
    {
        await CreateAsync(new ResourceQuotaManifest("few") { Hard = { ["pods"] = "2" } });
        await UntilAsync(ResourceKind.ResourceQuotas, quota => quota.At("status", "hard", "pods") is not null);
        var rollout = await UpdateAsync(On.Better, settings: Patience(RolloutCauses.QuotaExceeded, 5));
        Assert.Equal((StepStatus.Failed, "QuotaExceeded"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("exceeded quota: few", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_that_admission_refuses_are_reported_with_the_reason()
    {
        await Cluster.PatchAsync(
            ResourceKind.Namespaces,
            null,
            On.Target.Namespace,
            new PatchRequest(
                PatchKind.Merge,
                JsonNode.Parse("""{ "metadata": { "labels": { "pod-security.kubernetes.io/enforce": "restricted" } } }""")!),
            Ct);
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "AdmissionRefused"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("violates PodSecurity \"restricted:latest\"", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_killed_for_its_memory_is_reported()
    {
        await PatchContainerAsync(
            """{ "command": ["sh", "-c", "text=x; while true; do text=$text$text; done"], "resources": { "limits": { "memory": "32Mi" } } }""");
        Fixture.KillForMemory();
        var rollout = await UpdateAsync(On.Better);
        Assert.Equal((StepStatus.Failed, "OutOfMemory"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Equal(137, rollout.Diagnosis.ExitCode);
    }

    [Fact]
    public async Task An_evicted_new_pod_does_not_fail_its_rollout()
    {
        string? evicted = null;
        var rollout = await UpdateDuringAsync(On.Better, async () =>
        {
            var pod = await UntilAsync(ResourceKind.Pods, pod => PodTemplate.Image(pod, On.Target.Container!) == On.Better
                && PodReader.ImageId(pod.ReadAs<V1Pod>(), On.Target.Container!) is { Length: > 0 });
            evicted = pod.ReadAs<V1Pod>().Name();
            await Cluster.CreateAsync(
                new ResourceKind("", "v1", $"pods/{evicted}/eviction", "Eviction"),
                On.Target.Namespace,
                new EvictionManifest(evicted),
                dryRun: false,
                Ct);
        });
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(2, rollout.Pods.Count);
        Assert.DoesNotContain(rollout.Pods, pod => pod.Name == evicted);
    }

    [Fact]
    public async Task A_registry_that_is_down_for_a_while_does_not_fail_a_rollout()
    {
        var (image, restore) = await Fixture.DownRegistryAsync();
        var update = UpdateAsync(image);
        // A node tries at once, after 10 s and after 20 s more: three failures show an outage that lasts.
        var away = UntilAsync(
            ResourceKind.Events, record => record["message"].Text() == "Error: ErrImagePull" && (record["count"].Number() ?? 0) >= 3);
        Assert.Same(away, await Task.WhenAny(update, away));
        restore();
        var rollout = await update;
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Contains(rollout.Timeline, entry => entry.Event.Contains("RegistryUnavailable", StringComparison.Ordinal));
    }
}
