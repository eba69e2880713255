using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from events and readiness gates why a pod that has no failed container is not ready.</summary>
internal static class WarningDiagnostics
{
    // The events of volumes and of the pod's sandbox, the most telling first.
    private static readonly RolloutCause[] SetupCauses =
        [RolloutCauses.FailedAttachVolume, RolloutCauses.FailedMount, RolloutCauses.FailedCreatePodSandBox];

    /// <summary>A volume or a sandbox that keeps a pod from starting; null once a container has started.</summary>
    public static PodIssue? Setup(V1Pod pod, IReadOnlyList<Corev1Event> events)
    {
        if (PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod)).Any(HasStarted)) return null;
        return SetupCauses
            .Select(cause => Last(events, one => one.Reason == cause.Id) is { } found
                ? PodIssue.Create(
                    cause, found.Message ?? cause.Description, "Correct the volume or object that it names; look at the node.")
                : null)
            .FirstOrDefault(issue => issue is not null);
    }

    /// <summary>The readiness gates that keep a pod from being ready; null when there are none, or a container is not ready.</summary>
    public static PodIssue? Gate(V1Pod pod)
    {
        if (PodReader.Condition(pod, "ContainersReady")?.Status != "True") return null;
        var closed = (pod.Spec?.ReadinessGates ?? [])
            .Select(gate => (gate.ConditionType, Condition: PodReader.Condition(pod, gate.ConditionType)))
            .Where(gate => gate.Condition?.Status != "True")
            .Select(gate => gate.ConditionType + (gate.Condition?.Message is { Length: > 0 } message ? $" ({message})" : ""))
            .ToList();
        return closed.Count == 0 ? null : PodIssue.Create(
            RolloutCauses.ReadinessGate,
            $"All containers are ready; the pod waits for its readiness gates: {string.Join(", ", closed)}.",
            "Look at the controller that sets the condition, such as a load balancer's.");
    }

    /// <summary>The last warning event of a pod; null when there is none.</summary>
    public static PodIssue? Other(V1Pod pod, IReadOnlyList<Corev1Event> events) =>
        Last(events, one => one.Type == "Warning" && one.Reason != "FailedScheduling" && !IsOver(pod, one)) is { } warning
            ? PodIssue.Create(
                RolloutCauses.PodWarning, $"{warning.Reason}: {warning.Message}", "Look at the pod and its events (kubectl describe pod).")
            : null;

    // What kept the pod from starting is over once it has started.
    private static bool IsOver(V1Pod pod, Corev1Event warning) =>
        (Array.Exists(SetupCauses, cause => cause.Id == warning.Reason) || warning.Reason is "Failed" or "BackOff")
        && PodReader.Statuses(pod).Any(HasStarted);

    private static bool HasStarted(V1ContainerStatus status) =>
        status.State?.Running is not null || PodReader.Terminated(status) is not null;

    private static Corev1Event? Last(IEnumerable<Corev1Event> events, Func<Corev1Event, bool> matches) =>
        events.Where(matches).OrderBy(EventReader.LastSeen).LastOrDefault();
}
