using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Saves before a way back what is gone after it: pods, ReplicaSets, events and the logs of each container, of its ended instance too. Values of
/// environment variables and lines that look as if they held a credential are left out.
/// </summary>
internal static class EvidenceBundle
{
    private const int Lines = 500;

    // The way back must not wait long for its own record.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Saves it; the folder, or null when it could not be saved, which is warned of.</summary>
    public static async Task<string?> SaveAsync(ClusterClient cluster, Target target, JsonObject deployment, string runId, IReporter reporter, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "rsolvdeploy", "runs", runId,
            $"evidence-{DateTimeOffset.UtcNow:HHmmssfff}");
        try
        {
            await FillAsync(cluster, target, deployment, folder, both.Token);
            return folder;
        }
        catch (Exception e) when (e is DeployException || StorageFaults.IsOne(e) || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            reporter.Warning($"The evidence before the way back is not whole ({folder}): {e.Message}");
            return Directory.Exists(folder) ? folder : null;
        }
    }

    private static async Task FillAsync(ClusterClient cluster, Target target, JsonObject deployment, string folder, CancellationToken ct)
    {
        PrivateStorage.CreateFolder(Path.Combine(folder, "logs"));
        var selector = DeploymentReading.Selector(deployment);
        var lists = await Task.WhenAll(
            cluster.ListAllAsync(ResourceKind.Pods, target.Namespace, selector, null, ct),
            cluster.ListAllAsync(ResourceKind.ReplicaSets, target.Namespace, selector, null, ct),
            cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, null, ct));
        var (pods, sets, events) = (lists[0], lists[1], lists[2]);
        var names = pods.Concat(sets).Select(PodReading.Name).Append(target.Deployment).ToHashSet(StringComparer.Ordinal);
        Write(folder, "deployment.json", deployment);
        Write(folder, "pods.json", new JsonArray([.. pods]));
        Write(folder, "replicasets.json", new JsonArray([.. sets]));
        Write(folder, "events.json", new JsonArray([.. events.Where(one => names.Contains(one.At("involvedObject", "name").Text() ?? "")).OrderBy(one => one["lastTimestamp"].Text(), StringComparer.Ordinal)]));
        await Task.WhenAll(pods.SelectMany(pod => PodReading.Statuses(pod, "initContainerStatuses").Concat(PodReading.Statuses(pod, "containerStatuses"))
            .SelectMany(status => (Task[])
            [
                SaveLogAsync(cluster, target, PodReading.Name(pod), status["name"].Text() ?? "", previous: false, folder, ct),
                SaveLogAsync(cluster, target, PodReading.Name(pod), status["name"].Text() ?? "", previous: true, folder, ct),
            ])));
    }

    private static async Task SaveLogAsync(ClusterClient cluster, Target target, string pod, string container, bool previous, string folder, CancellationToken ct)
    {
        var lines = await PodLogs.TailAsync(cluster, target.Namespace, pod, container, previous, Lines, ct);
        if (lines.Count == 0) return;
        PrivateStorage.WriteNew(Path.Combine(folder, "logs", $"{ObjectFileName.For(pod)}.{ObjectFileName.For(container)}{(previous ? ".previous" : "")}.log"), Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
    }

    private static void Write(string folder, string name, JsonNode content)
    {
        var copy = content.DeepClone();
        Mask(copy);
        PrivateStorage.WriteNew(Path.Combine(folder, name), Encoding.UTF8.GetBytes(copy.ToJsonString(Indented) + "\n"));
    }

    private static void Mask(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["env"] is JsonArray variables)
                {
                    foreach (var variable in variables.OfType<JsonObject>().Where(variable => variable["value"] is not null)) variable["value"] = "(not shown)";
                }

                foreach (var (key, value) in members.ToList())
                {
                    if (key is "managedFields" or "kubectl.kubernetes.io/last-applied-configuration") members.Remove(key);
                    else if (value.Text() is { } text && CredentialDetector.Recognize(text) is { } what) members[key] = $"({what}, not shown)";
                    else Mask(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items) Mask(item);
                break;
        }
    }
}
