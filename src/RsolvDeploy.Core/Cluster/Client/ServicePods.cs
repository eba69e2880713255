using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.PortForwarding;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Client;

/// <summary>Finds the pods that serve a service.</summary>
internal static class ServicePods
{
    /// <summary>A pod that is ready, and its port for the service.</summary>
    /// <exception cref="DeployException"><c>ServiceUnavailable</c>: there is none.</exception>
    public static async Task<PodPort> FindAsync(ClusterClient cluster, ServiceAddress service, CancellationToken ct)
    {
        var found = await cluster.GetAsync(ResourceKind.Services, service.Namespace, service.Name, ct);
        var port = (found.At("spec", "ports") as JsonArray ?? []).FirstOrDefault(p => p.At("port").Number() == service.Port)
            ?? throw Unserved($"the service has no port {service.Port}");
        if (found.At("spec", "selector") is not JsonObject { Count: > 0 } selector) throw Unserved("the service selects no pods");
        var labels = string.Join(',', selector.Select(label => $"{label.Key}={label.Value.Text()}"));
        await foreach (var pod in cluster.ListAsync(ResourceKind.Pods, service.Namespace, labels, null, ct))
        {
            if (IsReady(pod) && TargetPort(port, pod) is { } target) return new PodPort(pod.At("metadata", "name").Text()!, target);
        }

        throw Unserved("none of its pods is ready");

        DeployException Unserved(string why) =>
            new("ServiceUnavailable", FaultCategory.ResourceUnavailable,
                $"Service {service} cannot be reached in context '{cluster.ContextName}': {why}.",
                "Check 'service: namespace/name:port' in the configuration, and that its pods run.")
            { Subject = service.ToString() };
    }

    private static bool IsReady(JsonObject pod) =>
        pod.At("metadata", "deletionTimestamp") is null
        && (pod.At("status", "conditions") as JsonArray ?? [])
            .Any(condition => condition.At("type").Text() == "Ready" && condition.At("status").Text() == "True");

    private static int? TargetPort(JsonNode port, JsonObject pod)
    {
        var target = port.At("targetPort");
        if (target is null) return port.At("port").Number();
        return target.Number() ?? (pod.At("spec", "containers") as JsonArray ?? [])
            .SelectMany(container => container.At("ports") as JsonArray ?? [])
            .FirstOrDefault(declared => declared.At("name").Text() == target.Text())
            .At("containerPort").Number();
    }
}
