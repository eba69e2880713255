using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from events and readiness gates why a pod that has no failed container is not ready.</summary>
internal static class WarningDiagnostics
{
    // The events of volumes and of the pod's sandbox, the most telling first.
    private static readonly RolloutCause[] SetupCauses =
        [RolloutCauses.FailedAttachVolume, RolloutCauses.FailedMount, RolloutCauses.FailedCreatePodSandBox];

    // What the kubelet does once the volumes are mounted and the sandbox is there.
    private static readonly string[] LaterSteps = ["Pulling", "Pulled", "Created", "Started"];

    // How the kubelet reports that an attachment or a mount takes longer than it waits at a time; the work goes on.
    private static readonly string[] Waits = ["timed out waiting", "timeout expired", "deadline exceeded", "DeadlineExceeded"];

    /// <summary>A volume or a sandbox that keeps a pod from starting; null once its setup is over.</summary>
    public static PodIssue? Setup(V1Pod pod, IReadOnlyList<Corev1Event> events)
    {
        if (IsSetUp(pod)) return null;
        var later = events.Where(one => LaterSteps.Contains(one.Reason)).Select(EventReader.LastSeen).DefaultIfEmpty().Max();
        return SetupCauses
            .Select(cause => Setup(cause, [.. events.Where(one => one.Reason == cause.Id && EventReader.LastSeen(one) > later)]))
            .FirstOrDefault(issue => issue is not null);
    }

    private static PodIssue? Setup(RolloutCause cause, List<Corev1Event> events)
    {
        var failures = events.Where(one => !IsWait(one)).ToList();
        if ((Last(failures, _ => true) ?? Last(events, _ => true)) is not { } found) return null;
        var issue = PodIssue.Create(
            cause, found.Message ?? cause.Description, "Correct the volume or object that it names; look at the node.");
        return issue with { CanFail = failures.Count > 0, IsRetried = true, Occurrences = EventReader.Count(failures) };
    }

    private static bool IsWait(Corev1Event failure) =>
        Array.Exists(Waits, words => failure.Message?.Contains(words, StringComparison.Ordinal) == true);

    // The events of the setup stay for an hour; a large image may be pulled since.
    private static bool IsSetUp(V1Pod pod) =>
        PodReader.Condition(pod, "PodReadyToStartContainers")?.Status == "True"
        || PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod)).Any(HasStarted);

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

    // What kept the pod from starting is over once it has started, and what kept its containers from that once they may.
    private static bool IsOver(V1Pod pod, Corev1Event warning) =>
        Array.Exists(SetupCauses, cause => cause.Id == warning.Reason) ? IsSetUp(pod)
        : warning.Reason is "Failed" or "BackOff" && PodReader.Statuses(pod).Any(HasStarted);

    private static bool HasStarted(V1ContainerStatus status) =>
        status.State?.Running is not null || PodReader.Terminated(status) is not null;

    private static Corev1Event? Last(IEnumerable<Corev1Event> events, Func<Corev1Event, bool> matches) =>
        events.Where(matches).OrderBy(EventReader.LastSeen).LastOrDefault();
}
