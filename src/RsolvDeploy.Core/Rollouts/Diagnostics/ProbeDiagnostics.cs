using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out which probe of a pod fails, what it requests, and what the answer is.</summary>
internal static class ProbeDiagnostics
{
    /// <summary>The probe that keeps a pod from being ready; null when no probe is known to.</summary>
    public static PodIssue? From(V1Pod pod, IReadOnlyList<Corev1Event> events)
    {
        if (PodReader.IsReady(pod)) return null;
        var failure = LastFailure(events);
        // A sidecar that is not ready keeps the containers behind it from starting.
        var running = PodReader.InitStatuses(pod)
            .Where(status => PodReader.IsSidecar(pod, status.Name))
            .Concat(PodReader.Statuses(pod))
            .FirstOrDefault(status => status.State?.Running is not null && !status.Ready);
        if (failure is null || running is null) return null;
        var container = Container(failure) ?? running.Name;
        // The container may only be slow to start: the issue is reported, and the time limits decide.
        var issue = PodIssue.Create(
            RolloutCauses.ProbeFailing, Describe(pod, container, failure), "Look at what the probe asks and at the container's log.");
        return issue with { Diagnosis = issue.Diagnosis with { Container = container } };
    }

    /// <summary>The last failed liveness or startup probe, for which the kubelet kills the container; null when none failed.</summary>
    public static string? Killing(V1Pod pod, IReadOnlyList<Corev1Event> events) =>
        LastFailure(events.Where(one => one.Message?.StartsWith("Readiness", StringComparison.Ordinal) == false)) is { } failure
            ? Describe(pod, Container(failure), failure)
            : null;

    private static Corev1Event? LastFailure(IEnumerable<Corev1Event> events) =>
        events.Where(one => one.Reason == "Unhealthy").OrderBy(EventReader.LastSeen).LastOrDefault();

    // The event names the probe and the answer; the pod has the request.
    private static string Describe(V1Pod pod, string? container, Corev1Event failure)
    {
        var message = failure.Message ?? "A probe fails.";
        var spec = (pod.Spec?.Containers ?? []).Concat(pod.Spec?.InitContainers ?? []).FirstOrDefault(one => one.Name == container);
        var what = container is not null && PodReader.IsSidecar(pod, container) ? "sidecar" : "container";
        return Request(Probe(spec, message)) is { } request
            ? $"{message.TrimEnd([' ', '.', ':'])} ({what} {container}, {request})"
            : message;
    }

    private static V1Probe? Probe(V1Container? container, string message)
    {
        if (message.StartsWith("readiness", StringComparison.OrdinalIgnoreCase)) return container?.ReadinessProbe;
        if (message.StartsWith("liveness", StringComparison.OrdinalIgnoreCase)) return container?.LivenessProbe;
        return message.StartsWith("startup", StringComparison.OrdinalIgnoreCase) ? container?.StartupProbe : null;
    }

    private static string? Request(V1Probe? probe)
    {
        if (probe?.HttpGet is { } http) return $"{http.Scheme ?? "HTTP"} GET {http.Path ?? "/"} on port {http.Port}";
        if (probe?.TcpSocket is { } tcp) return $"TCP port {tcp.Port}";
        if (probe?.Grpc is { } grpc) return $"gRPC port {grpc.Port}";
        return probe?.Exec is null ? null : "a command";
    }

    // spec.containers{name}
    private static string? Container(Corev1Event failure) =>
        failure.InvolvedObject?.FieldPath?.Split('{', '}') is [_, { Length: > 0 } name, ..] ? name : null;
}
