using k8s.Models;

namespace RsolvDeploy.Rollouts;

/// <summary>Reads the status of a StatefulSet as <c>kubectl rollout status</c> does.</summary>
internal static class StatefulSetProgress
{
    /// <summary>How far it is; nothing before it was listed.</summary>
    public static SetProgress From(V1StatefulSet? set)
    {
        var replicas = set?.Spec?.Replicas ?? 1;
        var status = set?.Status;
        var isOnDelete = set?.Spec?.UpdateStrategy?.Type == "OnDelete";
        var kept = isOnDelete ? 0 : Math.Min(replicas, set?.Spec?.UpdateStrategy?.RollingUpdate?.Partition ?? 0);
        // The status omits a count of 0. Where the strategy has no parameters, which no API server stores, kubectl compares the revisions.
        var rolledOut = status is not null
            && (status.ReadyReplicas ?? 0) >= replicas
            && (set?.Spec?.UpdateStrategy?.RollingUpdate?.Partition is null
                ? status.UpdateRevision == status.CurrentRevision
                : (status.UpdatedReplicas ?? 0) >= replicas - kept);
        return new SetProgress(status?.ObservedGeneration ?? 0, replicas - kept, rolledOut) { Kept = kept, IsOnDelete = isOnDelete };
    }
}
