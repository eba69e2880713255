using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>Plays a rollout in a namespace of its own, and has kubectl and RsolvDeploy judge it at the same time.</summary>
internal sealed class RolloutCasePlayer
{
    private const string App = RolloutCaseManifest.App;
    // Longer than a busy machine needs: ten namespaces start their pods at once.
    private static readonly TimeSpan Setup = TimeSpan.FromMinutes(10);

    /// <summary>How long RsolvDeploy watches what is rolled out.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly OracleCluster _on;
    private readonly RolloutCase _case;
    private readonly Target _target;
    private readonly ClusterClient _cluster;

    private RolloutCasePlayer(OracleCluster on, RolloutCase played, ClusterClient cluster)
    {
        (_on, _case, _cluster) = (on, played, cluster);
        _target = on.Target with
        {
            Namespace = $"oracle-{played.Seed}-{Guid.NewGuid():N}"[..24],
            Deployment = App,
            Container = App,
            Rollout = new RolloutSettings
            {
                StableFor = Window,
                Restarts = played.New.Crashes is > 0 and < 100 ? played.New.Crashes : 0,
            },
        };
    }

    /// <summary>Plays it.</summary>
    public static async Task<RolloutCaseResult> PlayAsync(OracleCluster on, RolloutCase played, CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(on.Target, SilentReporter.Instance);
        var player = new RolloutCasePlayer(on, played, cluster);
        await cluster.CreateAsync(ResourceKind.Namespaces, null, new NamespaceManifest(player._target.Namespace), dryRun: false, ct);
        try
        {
            return await player.PlayAsync(ct);
        }
        finally
        {
            await cluster.DeleteAsync(ResourceKind.Namespaces, null, player._target.Namespace, CancellationToken.None);
        }
    }

    private async Task<RolloutCaseResult> PlayAsync(CancellationToken ct)
    {
        await _cluster.CreateAsync(ResourceKind.Deployments, _target.Namespace, new RolloutCaseManifest(_case, _on), dryRun: false, ct);
        await UntilAsync(deployment => deployment.Status is { } status
            && status.ObservedGeneration >= deployment.Generation() && status.AvailableReplicas == _case.Replicas, ct);
        if (_case.QuotaRoom is { } room) await CreateQuotaAsync(_case.Replicas + room, ct);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var before = (await ReadAsync(ct)).Generation();
        var began = Stopwatch.GetTimestamp();
        var ours = _case.IsUpdate ? UpdateAsync(ct) : null;
        if (ours is null) await WriteAsync(ct);
        else await Task.WhenAny(ours, UntilAsync(deployment => deployment.Generation() > before, ended.Token));
        var kubectl = KubectlRollout.FollowAsync(_target, _case.Limit, ct);
        ours ??= WatchAsync(ct);
        var others = Task.WhenAll(InterfereAsync(ended.Token), FreeQuotaAsync(ended.Token), AddNodeAsync(ended.Token));
        await Task.WhenAll(ours, kubectl);
        await ended.CancelAsync();
        await others.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (others.Exception?.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) is { } failed)
            throw new InvalidOperationException($"{_case}: somebody else failed.", failed);
        return new RolloutCaseResult(_case, await kubectl, await ours with { Duration = Stopwatch.GetElapsedTime(began) });
    }

    private Task<JsonObject> WriteAsync(CancellationToken ct) => PatchAsync(
        (JsonObject)new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new RolloutCaseManifest(_case, _on) { IsAfter = true }.ToJson()["spec"]!["template"]!.DeepClone(),
            },
        },
        ct);

    private async Task<Rollout> UpdateAsync(CancellationToken ct)
    {
        var plan = await UpdatePlanner.PlanAsync(_cluster, _target, _on.After, ct);
        return await StepContexts.UpdateAsync(_cluster, plan, new UpdateOptions { Timeout = _case.Limit }, ct);
    }

    private async Task<Rollout> WatchAsync(CancellationToken ct)
    {
        using var context = StepContexts.Create(_cluster, _target, StepKind.RolloutWatch);
        return await new RolloutWatchStep().RunAsync(context, new RolloutWatchOptions { Timeout = _case.Limit }, ct);
    }

    private async Task CreateQuotaAsync(int pods, CancellationToken ct) => await _cluster.CreateAsync(
        ResourceKind.ResourceQuotas,
        _target.Namespace,
        new ResourceQuotaManifest("few") { Hard = { ["pods"] = $"{pods}" } },
        dryRun: false,
        ct);

    private async Task FreeQuotaAsync(CancellationToken ct)
    {
        if (_case.QuotaRoom is null || _case.QuotaFreedAfter is not { } after) return;
        await Task.Delay(after, ct);
        await _cluster.DeleteAsync(ResourceKind.ResourceQuotas, _target.Namespace, "few", ct);
    }

    private async Task AddNodeAsync(CancellationToken ct)
    {
        if (!_on.RunsPrograms || _case.New.UnschedulableFor == TimeSpan.Zero) return;
        var label = new RolloutCaseManifest(_case, _on).NodeLabel;
        var node = (await _cluster.ListAllAsync(ResourceKind.Nodes, null, null, null, ct))[0]["metadata"]!["name"]!.GetValue<string>();
        await Task.Delay(_case.New.UnschedulableFor, ct);
        await LabelAsync("yes");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }
        finally
        {
            await LabelAsync(null);
        }

        Task LabelAsync(string? value) => _cluster.PatchAsync(
            ResourceKind.Nodes,
            null,
            node,
            new PatchRequest(
                PatchKind.Merge, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [label] = value } } }),
            CancellationToken.None);
    }

    private async Task InterfereAsync(CancellationToken ct)
    {
        if (_case.Interference == Interference.None) return;
        await Task.Delay(_case.InterferesAfter, ct);
        await (_case.Interference switch
        {
            Interference.Annotate => MergeAsync("""{ "metadata": { "annotations": { "noted": "by somebody" } } }""", ct),
            Interference.ScaleUp => MergeAsync($$"""{ "spec": { "replicas": {{_case.Replicas + 1}} } }""", ct),
            Interference.ScaleDown => MergeAsync($$"""{ "spec": { "replicas": {{_case.Replicas - 1}} } }""", ct),
            Interference.Restart => PatchAsync(DeploymentPatch.PodAnnotation("kubectl.kubernetes.io/restartedAt", "now"), ct),
            Interference.SetImage => PatchAsync(DeploymentPatch.Container(App, $$"""{ "image": "{{_on.Before}}" }"""), ct),
            Interference.Pause => MergeAsync("""{ "spec": { "paused": true } }""", ct),
            Interference.PauseAndResume => PauseAsync(ct),
            Interference.DeleteNewPod => DeletePodAsync(_on.After, ct),
            Interference.DeleteOldPod => DeletePodAsync(_on.Before, ct),
            Interference.Delete => _cluster.DeleteAsync(ResourceKind.Deployments, _target.Namespace, App, ct),
            _ => throw new InvalidOperationException($"{_case.Interference}"),
        });
    }

    private async Task PauseAsync(CancellationToken ct)
    {
        await MergeAsync("""{ "spec": { "paused": true } }""", ct);
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
        await MergeAsync("""{ "spec": { "paused": false } }""", ct);
    }

    private async Task DeletePodAsync(string image, CancellationToken ct)
    {
        foreach (var pod in await _cluster.ListAllAsync(ResourceKind.Pods, _target.Namespace, $"app={App}", null, ct))
        {
            if (PodTemplate.Image(pod, App) != image) continue;
            try
            {
                await _cluster.DeleteAsync(ResourceKind.Pods, _target.Namespace, pod.ReadAs<V1Pod>().Name(), ct);
            }
            catch (DeployException e) when (e.Id == "NotFound")
            {
                // Its ReplicaSet was faster.
            }

            return;
        }
    }

    private Task<JsonObject> MergeAsync([StringSyntax(StringSyntaxAttribute.Json)] string patch, CancellationToken ct) =>
        PatchAsync((JsonObject)JsonNode.Parse(patch)!, ct);

    private Task<JsonObject> PatchAsync(JsonObject patch, CancellationToken ct) => _cluster.PatchAsync(
        ResourceKind.Deployments, _target.Namespace, App, new PatchRequest(PatchKind.StrategicMerge, patch), ct);

    private async Task<V1Deployment> ReadAsync(CancellationToken ct) =>
        (await _cluster.GetAsync(ResourceKind.Deployments, _target.Namespace, App, ct)).ReadAs<V1Deployment>();

    // The end of its time is an error that names the case, and not a cancellation that looks like the end of the test.
    private async Task UntilAsync(Func<V1Deployment, bool> reached, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Setup);
        V1Deployment? last = null;
        try
        {
            await foreach (var change in _cluster.WatchAsync(
                new WatchRequest(ResourceKind.Deployments, _target.Namespace) { FieldSelector = $"metadata.name={App}" }, limit.Token))
            {
                if (change.Type is WatchEventType.Deleted or WatchEventType.Synced) continue;
                if (reached(last = change.Object.ReadAs<V1Deployment>())) return;
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{_case}: the Deployment is not set up after {Setup}: {last?.Status?.AvailableReplicas ?? 0} pods are available.", e);
        }
    }
}
