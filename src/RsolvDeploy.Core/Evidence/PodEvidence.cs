using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Evidence;

/// <summary>Saves the pods, ReplicaSets, events and logs of a deployment.</summary>
/// <param name="context">The step's context.</param>
/// <param name="folder">Where to.</param>
internal sealed class PodEvidence(StepContext context, EvidenceFolder folder)
{
    private const int Lines = 500;

    /// <summary>Saves them. A log that cannot be read does not affect the rest.</summary>
    /// <param name="deployment">The Deployment as it is.</param>
    /// <param name="limit">Ends it when the time is over.</param>
    /// <param name="ct">The operator's cancellation.</param>
    public async Task CollectAsync(JsonObject deployment, CancellationToken limit, CancellationToken ct)
    {
        var (cluster, target) = (context.Cluster, context.Target);
        var owned = OwnedPods.From(cluster, deployment.ReadAs<V1Deployment>()).ListAsync(limit);
        var listed = cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, null, limit);
        await Task.WhenAll(owned, listed);
        var (pods, sets) = await owned;
        var names = pods.Concat(sets)
            .Select(item => item.At("metadata", "name").Text() ?? "")
            .Append(target.Deployment)
            .ToHashSet(StringComparer.Ordinal);
        var events = (await listed).Select(json => (Json: json, Event: json.ReadAs<Corev1Event>()))
            .Where(one => names.Contains(one.Event.InvolvedObject?.Name ?? "")).OrderBy(one => EventReader.LastSeen(one.Event)).ToList();
        folder.Write("pods.json", new JsonArray([.. pods.Select(pod => pod.DeepClone())]));
        folder.Write(
            "pods.txt", string.Join("\n", pods.Select(pod => PodDescription.Create(Masking.Mask(pod), events.Select(one => one.Event)))));
        folder.Write("replicasets.json", new JsonArray([.. sets.Select(set => set.DeepClone())]));
        folder.Write("events.json", new JsonArray([.. events.Select(one => one.Json.DeepClone())]));
        await Task.WhenAll(pods.Select(ObjectModel.ReadAs<V1Pod>)
            .SelectMany(pod => PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod))
                .Select(status => LogsAsync(new LogTail(target.Namespace, pod.Name(), status.Name, Lines)))));

        // The previous one first: when its instance is gone because the next one ended, that one's log is whole.
        async Task LogsAsync(LogTail tail)
        {
            await LogAsync(tail with { Previous = true });
            await LogAsync(tail);
        }

        Task LogAsync(LogTail tail) => folder.CollectAsync(
            $"the {(tail.Previous ? "previous " : "")}log of {tail.Pod}/{tail.Container}", token => SaveLogAsync(tail, token), limit, ct);
    }

    private async Task SaveLogAsync(LogTail tail, CancellationToken ct)
    {
        var lines = await ReadLogAsync(tail, ct);
        if (lines.Count == 0) return;
        var name = $"{ObjectFileName.For(tail.Pod)}.{ObjectFileName.For(tail.Container ?? "")}{(tail.Previous ? ".previous" : "")}.log";
        folder.Write(Path.Combine("logs", name), string.Join('\n', lines) + "\n");
    }

    private async Task<IReadOnlyList<string>> ReadLogAsync(LogTail tail, CancellationToken ct)
    {
        try
        {
            return await PodLogs.TailAsync(context.Cluster, tail, ct);
        }
        catch (ApiException e) when (e.Id == "LogUnavailable" && tail.Previous)
        {
            // A node keeps one ended instance of a container: after the next end, the container's own log is the one of that end.
            if (await RunsAsync(tail, ct)) throw;
            return [];
        }
    }

    private async Task<bool> RunsAsync(LogTail tail, CancellationToken ct)
    {
        var pod = (await context.Cluster.FindAsync(ResourceKind.Pods, tail.Namespace, tail.Pod, ct))?.ReadAs<V1Pod>();
        return pod is not null && PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod))
            .Any(status => status.Name == tail.Container && status.State?.Running is not null);
    }
}
