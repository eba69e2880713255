using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Storage;
using k8s.Models;

namespace RsolvDeploy.Evidence;

/// <summary>
/// Saves before a way back what is gone after it: pods as one would describe them, ReplicaSets and what differs in their templates, events, the logs
/// of each container and of its ended instance, what Prometheus measured and what the health endpoint answered. Nothing secret is in it.
/// </summary>
internal static class EvidenceBundle
{
    private const int Lines = 500;

    // The way back must not wait long for its own record.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Saves it; the folder, or null when there is none. What could not be saved is warned of.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="deployment">The Deployment as it is.</param>
    /// <param name="good">The pod template that was, or will be, in the place of the failed one; null when none is known.</param>
    /// <param name="runId">The run it belongs to.</param>
    /// <param name="reporter">Whom to tell.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<string?> SaveAsync(ClusterClient cluster, Target target, JsonObject deployment, JsonNode? good, string runId, IReporter reporter, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        var folder = EvidenceFolder.For(runId);
        try
        {
            folder.Write("deployment.json", deployment);
            if (good is not null) folder.Write("template-diff.txt", TemplateDifference.Describe(deployment.At("spec", "template"), good));
            await Task.WhenAll(
                TakeAsync("what runs", token => TakeObjectsAsync(cluster, target, deployment, folder, token, ct)),
                TakeAsync("the metrics", token => MetricSamples.CollectAsync(cluster, target, folder, token)),
                TakeAsync("the health endpoint", token => HealthSample.CollectAsync(target, folder, token)));
            if (folder.Missing.Count == 0) return folder.FullPath;
            folder.Write("missing.txt", string.Join('\n', folder.Missing) + "\n");
            reporter.Warning($"The evidence is not whole ({folder.FullPath}): {string.Join("; ", folder.Missing)}");
            return folder.FullPath;
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            reporter.Warning($"The evidence cannot be written to {folder.FullPath}: {e.Message}");
            return Directory.Exists(folder.FullPath) ? folder.FullPath : null;
        }

        Task TakeAsync(string what, Func<CancellationToken, Task> take) => folder.CollectAsync(what, take, limit.Token, ct);
    }

    private static async Task TakeObjectsAsync(ClusterClient cluster, Target target, JsonObject deployment, EvidenceFolder folder, CancellationToken limit, CancellationToken ct)
    {
        var selector = DeploymentReader.Selector(deployment);
        var lists = await Task.WhenAll(
            cluster.ListAllAsync(ResourceKind.Pods, target.Namespace, selector, null, limit),
            cluster.ListAllAsync(ResourceKind.ReplicaSets, target.Namespace, selector, null, limit),
            cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, null, limit));
        var (pods, sets) = (lists[0], lists[1]);
        var names = pods.Concat(sets).Select(item => item.At("metadata", "name").Text() ?? "").Append(target.Deployment).ToHashSet(StringComparer.Ordinal);
        var events = lists[2].Select(json => (Json: json, Event: json.ReadAs<Corev1Event>()))
            .Where(one => names.Contains(one.Event.InvolvedObject?.Name ?? "")).OrderBy(one => EventReader.LastSeen(one.Event)).ToList();
        folder.Write("pods.json", new JsonArray([.. pods.Select(pod => pod.DeepClone())]));
        folder.Write("pods.txt", string.Join("\n", pods.Select(pod => PodDescription.Create(Masking.Mask(pod), events.Select(one => one.Event)))));
        folder.Write("replicasets.json", new JsonArray([.. sets.Select(set => set.DeepClone())]));
        folder.Write("events.json", new JsonArray([.. events.Select(one => one.Json.DeepClone())]));
        await Task.WhenAll(pods.Select(ObjectModel.ReadAs<V1Pod>).SelectMany(pod => PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod))
            .SelectMany(status => (Task[])[LogAsync(pod.Name(), status.Name, previous: false), LogAsync(pod.Name(), status.Name, previous: true)])));

        Task LogAsync(string pod, string container, bool previous) => folder.CollectAsync(
            $"the log of {pod}", token => SaveLogAsync(cluster, new LogTail(target.Namespace, pod, container, Lines) { Previous = previous }, folder, token), limit, ct);
    }

    private static async Task SaveLogAsync(ClusterClient cluster, LogTail tail, EvidenceFolder folder, CancellationToken ct)
    {
        var lines = await PodLogs.TailAsync(cluster, tail, ct);
        if (lines.Count == 0) return;
        folder.Write(Path.Combine("logs", $"{ObjectFileName.For(tail.Pod)}.{ObjectFileName.For(tail.Container ?? "")}{(tail.Previous ? ".previous" : "")}.log"), string.Join('\n', lines) + "\n");
    }
}
