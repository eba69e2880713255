using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>What keeps new pods from running for a while and then passes: it is reported, waited for, and fails nothing.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class PatienceScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task A_node_that_an_autoscaler_adds_is_waited_for()
    {
        var label = $"rsolv-test/{On.Target.Namespace}";
        await PatchPodsAsync($$"""{ "nodeSelector": { "{{label}}": "" } }""");
        var update = UpdateAsync(On.Better);
        var pod = await UntilAsync(ResourceKind.Pods, pod => IsNew(pod)
            && PodReader.Condition(pod.ReadAs<V1Pod>(), "PodScheduled")?.Reason == "Unschedulable");
        await CreateAsync(new EventManifest("scale-up", pod, "TriggeredScaleUp", "pod triggered scale-up: [{group 1->2 (max: 3)}]"));
        await Fixture.AddNodeAsync(label, Ct);
        AssertWaited(await update, "Unschedulable");
    }

    [Theory]
    [InlineData(404, "ImageNotFound")]
    [InlineData(401, "ImageDenied")]
    [InlineData(429, "RegistryRateLimit")]
    public async Task A_replica_of_the_registry_that_refuses_the_image_for_a_while_is_waited_for(int status, string cause)
    {
        var (image, restore) = await Fixture.RefuseImageAsync(status);
        var target = On.Target with { Rollout = new RolloutSettings { StableFor = TimeSpan.Zero } };
        var plan = await UpdatePlanner.PlanAsync(Cluster, target, image, Ct);
        var update = StepContexts.UpdateAsync(
            Cluster, plan with { IsServed = true }, new UpdateOptions { Timeout = TimeSpan.FromMinutes(2) }, Ct, RunId);
        // The second attempt of the node fails too.
        var refused = UntilAsync(ResourceKind.Pods, pod => PodTemplate.Image(pod, On.Target.Container!) == image
            && PodReader.Statuses(pod.ReadAs<V1Pod>()).Any(one => one.State?.Waiting?.Reason == "ImagePullBackOff"));
        Assert.Same(refused, await Task.WhenAny(update, refused));
        restore();
        AssertWaited(await update, cause);
    }

    [Fact]
    public async Task Pods_that_their_node_rejects_are_replaced_for_ever_and_the_cause_is_named()
    {
        await PatchPodsAsync("""{ "securityContext": { "sysctls": [{ "name": "kernel.msgmax", "value": "65536" }] } }""");
        var rollout = await UpdateAsync(On.Better, timeout: TimeSpan.FromSeconds(6));
        Assert.Equal((StepStatus.TimedOut, "PodFailed"), (rollout.Status, rollout.Diagnosis?.Cause));
        Assert.Contains("SysctlForbidden: ", rollout.Diagnosis!.Message, StringComparison.Ordinal);
        Assert.Contains("\"kernel.msgmax\" not allowlisted", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_that_ends_twice_after_it_was_ready_and_then_serves_is_waited_for()
    {
        await PatchTemplateAsync(
            "crashes=2, back-off=1",
            """
            n=$(cat /state/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /state/n
            if [ $n -lt 3 ]; then sleep 1; exit 1; fi; exec sleep 3600
            """);
        var settings = new RolloutSettings { Restarts = 3, StableFor = TimeSpan.FromSeconds(5) };
        var rollout = await UpdateAsync(On.Better, settings: settings);
        AssertWaited(rollout, "CrashLoop: Container");
        Assert.All(rollout.Pods, pod => Assert.Equal(2, pod.Restarts));
    }

    [Fact]
    public async Task An_application_that_crashes_until_its_database_is_there_after_45_seconds_is_waited_for_by_default()
    {
        // The sandbox has shorter back-offs; a real node restarts the container after 10, 20 and 40 s, or after 1, 2, 4 … 32 s.
        await PatchTemplateAsync(
            "crashes=3, back-off=1",
            """
            first=$(cat /state/first 2>/dev/null) || { first=$(date +%s); echo $first > /state/first; }
            if [ $(($(date +%s) - first)) -lt 45 ]; then echo "database refused the connection"; exit 1; fi; exec sleep 3600
            """);
        var settings = new RolloutSettings { StableFor = TimeSpan.FromSeconds(1) };
        var rollout = await UpdateAsync(On.Better, timeout: TimeSpan.FromMinutes(3), settings: settings);
        AssertWaited(rollout, "CrashLoop: Container");
        Assert.All(rollout.Pods, pod => Assert.True(pod.Restarts >= 2, $"{pod}"));
    }

    [Fact]
    public async Task A_ConfigMap_of_a_volume_that_comes_late_is_named_and_waited_for()
    {
        await MountAsync();
        var update = UpdateAsync(On.Better, settings: new RolloutSettings { StableFor = TimeSpan.Zero });
        var pod = await UntilAsync(ResourceKind.Pods, IsNew);
        await UntilAsync(ResourceKind.Events, record => record.ReadAs<Corev1Event>() is { Reason: "FailedMount" } failed
            && failed.InvolvedObject.Uid == pod.ReadAs<V1Pod>().Uid());
        await CreateAsync(new ConfigMapManifest("late") { Data = { ["a"] = "1" } });
        AssertWaited(await update, "configmap \"late\" not found");
    }

    [Fact]
    public async Task A_ConfigMap_of_a_volume_that_never_comes_fails_the_rollout_after_its_patience()
    {
        await MountAsync();
        var rollout = await UpdateAsync(On.Better, settings: Patience(RolloutCauses.FailedMount, 5));
        Assert.Equal((StepStatus.Failed, "FailedMount"), (rollout.Status, rollout.Diagnosis!.Cause));
        Assert.Contains("configmap \"late\" not found", rollout.Diagnosis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_comes_late_is_named_and_waited_for()
    {
        await CreateAsync(new SecretManifest("late") { Text = { ["A"] = "x" } });
        await PatchContainerAsync("""{ "env": [{ "name": "X", "valueFrom": { "secretKeyRef": { "name": "late", "key": "B" } } }] }""");
        var update = UpdateAsync(On.Better, settings: new RolloutSettings { StableFor = TimeSpan.Zero });
        await UntilAsync(ResourceKind.Pods, pod => IsNew(pod) && PodReader.Statuses(pod.ReadAs<V1Pod>())
            .Any(one => one.State?.Waiting?.Reason == "CreateContainerConfigError"));
        await MergeAsync(ResourceKind.Secrets, "late", """{ "data": { "B": "eA==" } }""");
        AssertWaited(await update, "ConfigError");
    }

    [Fact]
    public async Task A_quota_that_lets_slow_pods_start_one_after_another_only_slows_the_rollout()
    {
        await MergeDeploymentAsync($$"""
            { "replicas": 2, "strategy": { "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 1 } },
              "template": { "metadata": { "annotations": {
                "sandbox.rsolv.dev/image": "{{On.Better}}", "sandbox.rsolv.dev/ready-after": "4000" } } } }
            """);
        await PatchContainerAsync(
            """{ "readinessProbe": { "httpGet": null, "exec": { "command": ["true"] }, "initialDelaySeconds": 6, "periodSeconds": 1 } }""");
        await PatchPodsAsync("""{ "terminationGracePeriodSeconds": 1 }""");
        await UpdateAsync(On.Good, settings: new RolloutSettings { StableFor = TimeSpan.Zero });
        await CreateAsync(new ResourceQuotaManifest("few") { Hard = { ["pods"] = "2" } });
        await UntilAsync(ResourceKind.ResourceQuotas, quota => quota.At("status", "hard", "pods") is not null);
        // Shorter than a pod takes, and longer than a busy controller needs to replace an old pod when a new one is ready.
        var settings = Patience(RolloutCauses.QuotaExceeded, 3) with { StableFor = TimeSpan.Zero };
        var update = UpdateAsync(On.Better, settings: settings);
        var first = await UntilAsync(ResourceKind.Pods, pod => IsNew(pod) && PodReader.IsReady(pod.ReadAs<V1Pod>()));
        // By now the controller has tried so often that its next attempt may be minutes away. A change of the ReplicaSet brings it on.
        var room = UntilAsync(ResourceKind.ResourceQuotas, quota => quota.At("status", "used", "pods").Text() == "1");
        if (await Task.WhenAny(update, room) == room)
        {
            var set = first.At("metadata", "ownerReferences")![0].At("name").Text()!;
            await MergeAsync(ResourceKind.ReplicaSets, set, """{ "metadata": { "annotations": { "test": "try again" } } }""");
        }

        AssertWaited(await update, "QuotaExceeded");
    }

    [Fact]
    public async Task A_policy_that_accepts_the_pods_before_the_controller_tries_again_is_waited_for()
    {
        await EnforceAsync("restricted");
        var settings = Patience(RolloutCauses.AdmissionRefused, 2) with { StableFor = TimeSpan.Zero };
        var update = UpdateAsync(On.Better, settings: settings);
        // The controller tries again after 1.28 s, 2.56 s, and so on: the attempt after the first one of these comes later than 2 s.
        long? first = null;
        await UntilAsync(ResourceKind.Events, record => record["reason"].Text() == "FailedCreate"
            && Stopwatch.GetElapsedTime(first ??= Stopwatch.GetTimestamp()) >= TimeSpan.FromSeconds(1));
        await EnforceAsync("privileged");
        AssertWaited(await update, "AdmissionRefused");
    }

    [Fact]
    public async Task A_sidecar_that_ends_again_and_again_is_called_one_and_fails_the_rollout()
    {
        await Cluster.PatchAsync(
            ResourceKind.Deployments,
            On.Target.Namespace,
            On.Target.Deployment,
            new PatchRequest(PatchKind.StrategicMerge, JsonNode.Parse($$"""
                { "spec": { "template": {
                  "metadata": { "annotations": { "sandbox/script": "sidecar-crashes" } },
                  "spec": { "initContainers": [
                    { "name": "proxy", "image": "{{On.Good}}", "restartPolicy": "Always", "command": ["sh", "-c", "sleep 1; exit 1"] }
                  ] } } } }
                """)!),
            Ct);
        var settings = Patience(RolloutCauses.CrashLoop, 5) with { StableFor = TimeSpan.FromSeconds(5) };
        var rollout = await UpdateAsync(On.Better, settings: settings);
        Assert.Equal((StepStatus.Failed, "CrashLoop", "proxy"), (rollout.Status, rollout.Diagnosis!.Cause, rollout.Diagnosis.Container));
        Assert.StartsWith("Sidecar proxy ends with exit code 1 again and again (", rollout.Diagnosis.Message, StringComparison.Ordinal);
        Assert.Contains(rollout.Pods, pod => pod.Restarts > 0);
    }

    [Fact]
    public async Task A_start_marker_before_thousands_of_lines_is_found()
    {
        await PatchTemplateAsync(
            "log-lines=6000",
            "echo PromEx started; i=0; while [ $i -lt 6000 ]; do i=$((i+1)); echo GET /$i 200; done; exec sleep 3600");
        var settings = new RolloutSettings
        {
            StableFor = TimeSpan.FromSeconds(3),
            StartMarker = "PromEx started",
            LogErrors = ["CrashReport"],
        };
        var rollout = await UpdateAsync(On.Better, settings: settings);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(CheckStatus.Passed, rollout.Checks.Single(check => check.Id == "rollout.logs").Status);
    }

    private Task<JsonObject> EnforceAsync(string level) => Cluster.PatchAsync(
        ResourceKind.Namespaces,
        null,
        On.Target.Namespace,
        new PatchRequest(
            PatchKind.Merge,
            JsonNode.Parse($$"""{ "metadata": { "labels": { "pod-security.kubernetes.io/enforce": "{{level}}" } } }""")!),
        Ct);

    private bool IsNew(JsonObject pod) => PodTemplate.Image(pod, On.Target.Container!) == On.Better;

    private static void AssertWaited(Rollout rollout, string cause)
    {
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Contains(rollout.Timeline, entry => entry.Event.Contains(cause, StringComparison.Ordinal));
    }

    private Task<JsonObject> MountAsync() => PatchPodsAsync($$"""
        { "volumes": [{ "name": "late", "configMap": { "name": "late" } }],
          "containers": [{ "name": "{{On.Target.Container}}", "volumeMounts": [{ "name": "late", "mountPath": "/late" }] }] }
        """);
}
