using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts.Live;
using RsolvDeploy.Runs;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Looking at deployments and at rollouts that somebody else began. Every write fails these scenarios.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class LookScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task A_deployment_at_rest_is_shown_with_its_image_its_pods_and_its_lock()
    {
        await using (await DeploymentLock.AcquireAsync(Cluster, On.Target, LockRequest.AtOnce(RunId), SilentReporter.Instance, Ct))
        {
            var held = await LiveAsync();
            Assert.EndsWith($"run {RunId}", held.Lock!.Holder, StringComparison.Ordinal);
        }

        var live = await LiveAsync();
        Assert.Equal((DeploymentState.Ready, On.Good, On.Good.Split('@')[1]), (live.State, live.Image, live.Digest));
        Assert.Equal((2, 2, 2), (live.Wanted, live.Ready, live.Pods.Count));
        Assert.All(live.Pods, pod => Assert.True(pod is { Ready: true, Reason: null } && pod.Revision == live.Revision));
        Assert.Null(live.Lock);
        Assert.Null(live.Rollout);
        var copy = JsonSerializer.Deserialize<LiveDeployment>(JsonSerializer.Serialize(live))!;
        Assert.Equal((live.Image, live.Digest, live.State, live.At), (copy.Image, copy.Digest, copy.State, copy.At));
        Assert.Equal(live.Pods, copy.Pods);
    }

    [Fact]
    public async Task A_rollout_of_somebody_else_is_watched_to_its_end()
    {
        var before = await DeploymentAsync();
        await SetImageAsync(On.Better);
        var rollout = await WatchAsync();
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal((On.Better, On.Good), (rollout.Image, rollout.PreviousImage));
        Assert.Equal(DeploymentReader.Revision(before), rollout.PreviousRevision);
        Assert.Equal(rollout.PreviousRevision + 1, rollout.Revision);
        Assert.Equal(2, rollout.Pods.Count);
        Assert.StartsWith("complete: 2 of 2 ready", rollout.Timeline[^1].Event, StringComparison.Ordinal);
        Assert.Equal(
            ["rollout.completed", "rollout.pods-running", "rollout.old-pods-gone", "rollout.no-crashloop", "rollout.image", "rollout.logs"],
            rollout.Checks.Select(check => check.Id));
    }

    [Fact]
    public async Task A_crash_loop_of_somebody_elses_release_is_reported_as_an_update_would()
    {
        // Without a probe the pods are ready before they crash, and the rollout is complete for the controller.
        await PatchContainerAsync($$"""
            { "image": "{{On.Crashing}}", "readinessProbe": { "httpGet": { "path": "/", "port": 4000 }, "periodSeconds": 1 } }
            """);
        var rollout = await WatchAsync();
        Assert.Equal((StepStatus.Failed, "CrashLoop"), (rollout.Status, rollout.Diagnosis?.Cause));
        Assert.NotEqual(0, rollout.Diagnosis!.ExitCode);
        var live = await LiveAsync();
        Assert.Equal((DeploymentState.RollingOut, On.Crashing), (live.State, live.Image));
        Assert.Equal(live.Rollout!.Revision, live.Revision);
        Assert.Contains(live.Pods, pod => pod is { Ready: false, Reason.Length: > 0 } && pod.Revision == live.Revision);
        Assert.Equal(2, live.Pods.Count(pod => pod.Ready && pod.Revision == rollout.PreviousRevision));
    }

    [Fact]
    public async Task A_complete_rollout_returns_at_once_however_long_its_window_is()
    {
        var watched = On.Target with { Rollout = On.Target.Rollout with { StableFor = TimeSpan.FromMinutes(30), StartMarker = null } };
        var rollout = await WatchAsync(watched, clock: new LaterTime(TimeSpan.FromHours(1)));
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(On.Good, rollout.Image);
    }

    [Fact]
    public async Task A_rollout_that_takes_longer_than_the_limit_is_timed_out_and_goes_on()
    {
        await PatchContainerAsync("""{ "readinessProbe": { "httpGet": { "path": "/not-there", "port": 4000 }, "periodSeconds": 1 } }""");
        var rollout = await WatchAsync(timeout: TimeSpan.FromSeconds(4));
        Assert.Equal(StepStatus.TimedOut, rollout.Status);
        var live = await LiveAsync();
        Assert.Equal(DeploymentState.RollingOut, live.State);
        Assert.True(live.Rollout!.Old > 0);
    }

    [Fact]
    public async Task A_paused_deployment_is_shown_as_paused()
    {
        await MergeDeploymentAsync("""{ "paused": true }""");
        Assert.Equal(DeploymentState.Paused, (await LiveAsync()).State);
    }

    [Fact]
    public async Task A_deployment_that_lost_a_pod_after_its_rollout_is_degraded()
    {
        await MergeDeploymentAsync("""{ "minReadySeconds": 3600, "progressDeadlineSeconds": 7200 }""");
        // A pod that is ready for less than an hour is no longer available; nothing is rolled out.
        await foreach (var change in Cluster.WatchAsync(
            new WatchRequest(ResourceKind.Deployments, On.Target.Namespace) { FieldSelector = $"metadata.name={On.Target.Deployment}" },
            Ct))
        {
            if (change.Object.ReadAs<V1Deployment>().Status is { AvailableReplicas: null or 0 }) break;
        }

        var live = await LiveAsync();
        Assert.Equal((DeploymentState.Degraded, 2), (live.State, live.Ready));
        Assert.Null(live.Rollout);
    }

    private Task<JsonObject> SetImageAsync(string image) => PatchContainerAsync($$"""{ "image": "{{image}}" }""");

    private async Task<LiveDeployment> LiveAsync()
    {
        Cluster.Guard = new WriteGuard(Refuse, _ => Task.CompletedTask);
        var live = await new LiveDeploymentReader(Cluster, On.Target, SilentReporter.Instance, TimeProvider.System).ReadAsync(Ct);
        Cluster.Guard = null;
        return live;
    }

    private async Task<Rollout> WatchAsync(Target? target = null, TimeProvider? clock = null, TimeSpan? timeout = null)
    {
        Cluster.Guard = new WriteGuard(Refuse, _ => Task.CompletedTask);
        using var context = StepContexts.Create(
            Cluster, target ?? On.Target, StepKind.RolloutWatch, SilentReporter.Instance, clock ?? TimeProvider.System);
        var rollout = await new RolloutWatchStep().RunAsync(
            context, new RolloutWatchOptions { Timeout = timeout ?? TimeSpan.FromMinutes(2) }, Ct);
        Cluster.Guard = null;
        return rollout;
    }

    private static Task<JsonObject> Refuse(string what, Func<Task<JsonObject>> write) =>
        throw new InvalidOperationException($"A command that only looks wrote: {what}.");

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
