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
        var tail = new LogTail(target.Namespace, diagnosis.Pod, diagnosis.Container, LastLines) { Previous = true };
        ApiException? unread = null;
        // A node may remove the log of an ended instance while the next one starts, whose log is then soon the previous one.
        foreach (var previous in (bool[])[true, false, true])
        {
            try
            {
                var lines = await PodLogs.TailAsync(cluster, tail with { Previous = previous }, ct);
                if (lines.Count > 0) return diagnosis with { LastLog = lines };
            }
            catch (ApiException e) when (e.Id == "LogUnavailable")
            {
                unread = e;
            }

            if (!previous && unread is null) break;
        }

        return unread is null ? diagnosis : diagnosis with { Message = $"{diagnosis.Message}; its log was not read: {unread.Message}" };
    }

    // Events arrive by a watch of their own: the pod's status may have shown the cause before they did.
    private static async Task<IReadOnlyList<string>> EventsAsync(ClusterClient cluster, Target target, string pod, CancellationToken ct) =>
        EventReader.Summarize(
            [.. (await cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, $"involvedObject.name={pod}", ct))
                .Select(ObjectModel.ReadAs<Corev1Event>)]);
}
