using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Rollouts.Diagnostics;
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
        var selector = DeploymentReader.Selector(deployment);
        var lists = await Task.WhenAll(
            cluster.ListAllAsync(ResourceKind.Pods, target.Namespace, selector, null, limit),
            cluster.ListAllAsync(ResourceKind.ReplicaSets, target.Namespace, selector, null, limit),
            cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, null, limit));
        var (pods, sets) = (lists[0], lists[1]);
        var names = pods.Concat(sets).Select(PodReader.Name).Append(target.Deployment).ToHashSet(StringComparer.Ordinal);
        var events = lists[2].Where(one => names.Contains(one.At("involvedObject", "name").Text() ?? "")).OrderBy(PodDiagnostics.When, StringComparer.Ordinal).ToList();
        folder.Write("pods.json", new JsonArray([.. pods.Select(pod => pod.DeepClone())]));
        folder.Write("pods.txt", string.Join("\n", pods.Select(pod => PodDescription.Create(Masking.Mask(pod), events))));
        folder.Write("replicasets.json", new JsonArray([.. sets.Select(set => set.DeepClone())]));
        folder.Write("events.json", new JsonArray([.. events.Select(one => one.DeepClone())]));
        await Task.WhenAll(pods.SelectMany(pod => PodReader.Statuses(pod, "initContainerStatuses").Concat(PodReader.Statuses(pod, "containerStatuses"))
            .Select(status => (Pod: PodReader.Name(pod), Container: status["name"].Text() ?? "")))
            .SelectMany(one => (Task[])[LogAsync(one.Pod, one.Container, previous: false), LogAsync(one.Pod, one.Container, previous: true)]));

        Task LogAsync(string pod, string container, bool previous) => folder.CollectAsync(
            $"the {(previous ? "previous " : "")}log of {pod}/{container}", token => SaveLogAsync(pod, container, previous, token), limit, ct);
    }

    private async Task SaveLogAsync(string pod, string container, bool previous, CancellationToken ct)
    {
        var lines = await PodLogs.TailAsync(context.Cluster, context.Target.Namespace, pod, container, previous, Lines, ct);
        if (lines.Count == 0) return;
        folder.Write(Path.Combine("logs", $"{ObjectFileName.For(pod)}.{ObjectFileName.For(container)}{(previous ? ".previous" : "")}.log"), string.Join('\n', lines) + "\n");
    }
}
