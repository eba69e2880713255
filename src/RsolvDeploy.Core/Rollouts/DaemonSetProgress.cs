using k8s.Models;

namespace RsolvDeploy.Rollouts;

/// <summary>Reads the status of a DaemonSet as <c>kubectl rollout status</c> does.</summary>
internal static class DaemonSetProgress
{
    /// <summary>How far it is; nothing before it was listed.</summary>
    public static SetProgress From(V1DaemonSet? set)
    {
        var status = set?.Status;
        var desired = status?.DesiredNumberScheduled ?? 0;
        var rolledOut = status is not null
            && (status.UpdatedNumberScheduled ?? 0) >= desired
            && (status.NumberAvailable ?? 0) >= desired;
        return new SetProgress(status?.ObservedGeneration ?? 0, desired, rolledOut)
        {
            IsOnDelete = set?.Spec?.UpdateStrategy?.Type == "OnDelete",
        };
    }
}
