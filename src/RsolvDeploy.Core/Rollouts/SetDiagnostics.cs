using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>Finds out why the pods of a StatefulSet or DaemonSet cannot be created: only the events of their controllers say it.</summary>
internal static class SetDiagnostics
{
    /// <summary>What keeps the controller from creating pods; null when it created one since, or nothing does.</summary>
    public static PodIssue? From(RolloutState state)
    {
        var own = state.Events.Values.Where(one => one.InvolvedObject?.Uid == state.Set?.Workload?.Uid()).ToList();
        var failed = own.Where(one => one.Reason == "FailedCreate").MaxBy(EventReader.LastSeen);
        var created = own.Where(one => one.Reason == "SuccessfulCreate").Select(EventReader.LastSeen).DefaultIfEmpty().Max();
        if (failed is null || EventReader.LastSeen(failed) < created) return null;
        return CreationDiagnostics.Create(failed.Message ?? "Pods cannot be created.", own);
    }
}
