using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Recordings;

/// <summary>
/// What the sandbox streams of a rollout a real cluster streamed too: the same reasons, conditions and states, and
/// surge as the strategy says.
/// </summary>
public class SandboxStreamTests
{
    // The recorded rollouts used an earlier ReplicaSet again; a Kubernetes 1.36 streams this where it creates one.
    private const string NewReplicaSet = "Deployment condition Progressing=True NewReplicaSetCreated";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rollout-good", "healthy")]
    [InlineData("rollout-crashloop", "crashloop")]
    [InlineData("rollout-image-not-found", "missing")]
    public async Task The_sandbox_streams_nothing_that_a_real_cluster_does_not_stream_in_the_same_case(string scenario, string behavior)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var streamed = await RollAsync(sandbox, behavior);
        var recorded = Recording.Load(scenario).Events.Where(one => one.Kind is not null).Select(one => (one.Kind!, one.Object)).ToList();
        var unknown = streamed
            .SelectMany(one => Words(one.Kind, one.Object))
            .Distinct()
            .Except(recorded.SelectMany(one => Words(one.Item1, one.Object)).Append(NewReplicaSet))
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(unknown.Count == 0, $"a real cluster says none of: {string.Join("; ", unknown)}");
        Assert.True(streamed.SelectMany(one => Words(one.Kind, one.Object)).Distinct().Count() > 12);
    }

    [Fact]
    public async Task Pods_never_exceed_the_surge_and_never_fall_below_what_has_to_be_available()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var statuses = (await RollAsync(sandbox, "healthy"))
            .Where(one => one.Kind == ResourceKind.Deployments)
            .Select(one => one.Object.At("status"))
            .ToList();
        Assert.NotEmpty(statuses);
        // Two replicas, 25 % surge rounded up and 25 % unavailable rounded down: at most three, at least two.
        Assert.All(statuses, status => Assert.InRange(status.At("replicas").Number() ?? 0, 2, 3));
        Assert.All(statuses, status => Assert.InRange(status.At("availableReplicas").Number() ?? 0, 2, 3));
    }

    private static async Task<IReadOnlyList<(ResourceKind Kind, JsonObject Object)>> RollAsync(SandboxServer sandbox, string behavior)
    {
        var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production");
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var digest = behavior == "missing"
            ? $"sha256:{new string('0', 64)}"
            : sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "streamed", behavior).Digest;
        var plan = await UpdatePlanner.PlanAsync(cluster, target, $"{sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@{digest}", Ct);
        var seen = new ConcurrentQueue<(ResourceKind, JsonObject)>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var synced = new CountdownEvent(4);
        var watches = new[] { ResourceKind.Deployments, ResourceKind.ReplicaSets, ResourceKind.Pods, ResourceKind.Events }
            .Select(kind => FollowAsync(cluster, target, kind, seen, synced, stop.Token))
            .ToList();
        await Task.Run(() => synced.Wait(Ct), Ct);
        await StepContexts.UpdateAsync(cluster, plan, new UpdateOptions { Timeout = TimeSpan.FromSeconds(30) }, Ct);
        await stop.CancelAsync();
        await Task.WhenAll(watches);
        return [.. seen];
    }

    private static async Task FollowAsync(
        ClusterClient cluster,
        Target target,
        ResourceKind kind,
        ConcurrentQueue<(ResourceKind, JsonObject)> seen,
        CountdownEvent synced,
        CancellationToken ct)
    {
        try
        {
            var live = false;
            await foreach (var change in cluster.WatchAsync(new WatchRequest(kind, target.Namespace), ct))
            {
                if (change.Type == WatchEventType.Synced)
                {
                    live = true;
                    synced.Signal();
                }
                else if (live)
                {
                    seen.Enqueue((kind, change.Object));
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The rollout has ended.
        }
    }

    // What clients decide by, without names, numbers and times.
    private static IEnumerable<string> Words(ResourceKind kind, JsonObject item)
    {
        if (kind == ResourceKind.Events)
            return [$"event {item["type"].Text()} {item["reason"].Text()} of {item.At("involvedObject", "kind").Text()}"];
        var words = (item.At("status", "conditions") as JsonArray ?? []).Select(condition =>
            ($"{kind.Kind} condition {condition.At("type").Text()}={condition.At("status").Text()} "
                + $"{condition.At("reason").Text()}").TrimEnd());
        if (kind != ResourceKind.Pods) return words;
        return words.Append($"Pod phase {item.At("status", "phase").Text()}").Concat(
            (item.At("status", "containerStatuses") as JsonArray ?? []).OfType<JsonObject>().SelectMany(States));
    }

    private static IEnumerable<string> States(JsonObject status) =>
        new[] { "state", "lastState" }.SelectMany(when => (status[when] as JsonObject ?? [])
            .Select(state => $"container {when} {state.Key} {state.Value.At("reason").Text()}".TrimEnd()));
}
