using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out which probe of a pod fails, what it asks, and what it is answered.</summary>
internal static class ProbeDiagnostics
{
    private static readonly string[] Probes = ["readiness", "liveness", "startup"];

    /// <summary>The probe that keeps a pod from being ready; null when none is known to.</summary>
    public static PodIssue? From(JsonObject pod, IReadOnlyList<JsonObject> events)
    {
        if (PodReader.IsReady(pod)) return null;
        var probe = Last(events);
        var running = PodReader.Statuses(pod, "containerStatuses").FirstOrDefault(status => status.At("state", "running") is not null && status["ready"]?.GetValue<bool>() != true);
        if (probe is null || running is null) return null;
        var container = Container(probe) ?? running["name"].Text();
        // It may only be slow to start: named, and left to the time limits.
        return new PodIssue(
            new Diagnosis("ProbeFailing", Sentence(pod, container, probe)) { Container = container, Remedy = "Look at what the probe asks and at the container's log." },
            IsFatal: false);
    }

    /// <summary>What the last failed liveness or startup probe says: the kubelet kills the container for it. Null when none failed.</summary>
    public static string? Killing(JsonObject pod, IReadOnlyList<JsonObject> events) =>
        Last([.. events.Where(one => one["message"].Text()?.StartsWith("Readiness", StringComparison.Ordinal) == false)]) is { } probe ? Sentence(pod, Container(probe), probe) : null;

    private static JsonObject? Last(IEnumerable<JsonObject> events) => events.Where(one => one["reason"].Text() == "Unhealthy").OrderBy(PodDiagnostics.When).LastOrDefault();

    // The event says which probe failed and what was answered; what was asked stands in the pod.
    private static string Sentence(JsonObject pod, string? container, JsonObject probe)
    {
        var message = probe["message"].Text() ?? "A probe fails.";
        var kind = Probes.FirstOrDefault(name => message.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        var asked = kind is null ? null : Asked(PodReader.Containers(pod).FirstOrDefault(one => one["name"].Text() == container).At($"{kind}Probe"));
        return asked is null ? message : $"{message.TrimEnd('.')} (container {container}, {asked})";
    }

    private static string? Asked(JsonNode? probe)
    {
        if (probe.At("httpGet") is { } http) return $"{http.At("scheme").Text() ?? "HTTP"} GET {http.At("path").Text() ?? "/"} on port {http.At("port")}";
        if (probe.At("tcpSocket") is { } tcp) return $"TCP port {tcp.At("port")}";
        if (probe.At("grpc") is { } grpc) return $"gRPC port {grpc.At("port")}";
        return probe.At("exec") is null ? null : "a command";
    }

    // spec.containers{name}
    private static string? Container(JsonObject probe) =>
        probe.At("involvedObject", "fieldPath").Text()?.Split('{', '}') is [_, { Length: > 0 } name, ..] ? name : null;
}
