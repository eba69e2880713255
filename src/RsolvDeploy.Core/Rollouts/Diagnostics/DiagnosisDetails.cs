using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Adds the last log lines and events of the pod to a diagnosis.</summary>
internal static class DiagnosisDetails
{
    private const int LastLines = 20;

    /// <summary>The diagnosis with the log of the ended container instance, or of the running one, and the pod's events.</summary>
    public static async Task<Diagnosis> AddAsync(ClusterClient cluster, Target target, Diagnosis diagnosis, CancellationToken ct)
    {
        if (diagnosis.Pod is null || diagnosis.Container is null) return diagnosis;
        if (diagnosis.Events.Count == 0) diagnosis = diagnosis with { Events = await EventsAsync(cluster, target, diagnosis.Pod, ct) };
        try
        {
            var tail = new LogTail(target.Namespace, diagnosis.Pod, diagnosis.Container, LastLines);
            return diagnosis with { LastLog = await PodLogs.TailOfEndedAsync(cluster, tail, ct) };
        }
        catch (ApiException e) when (e.Id == "LogUnavailable")
        {
            return diagnosis with { Message = $"{diagnosis.Message}; its log was not read: {e.Message}" };
        }
    }

    // Events arrive by a watch of their own: the pod's status may have shown the cause before they did.
    private static async Task<IReadOnlyList<string>> EventsAsync(ClusterClient cluster, Target target, string pod, CancellationToken ct) =>
        EventReader.Summarize(
            [.. (await cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, $"involvedObject.name={pod}", ct))
                .Select(ObjectModel.ReadAs<Corev1Event>)]);
}
