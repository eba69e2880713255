using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.PortForwarding;

/// <summary>Makes HTTP clients whose connections run through the API server into a pod of a service.</summary>
internal sealed class PortForwarder(ClusterClient cluster, ApiRequests requests, ServiceAddress service)
{
    private const string Protocol = "v4.channel.k8s.io";

    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) => await ConnectAsync(ct),
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"http://{service.Name}.{service.Namespace}:{service.Port}/") };
    }

    private async Task<Stream> ConnectAsync(CancellationToken ct)
    {
        var (pod, port) = await FindPodAsync(ct);
        var path = $"{ResourceKind.Pods.PathOf(service.Namespace, pod)}/portforward?ports={port.ToString(CultureInfo.InvariantCulture)}";
        var call = new ApiCall(HttpMethod.Get, "create", path) { Kind = ResourceKind.Pods, Subresource = "portforward", Namespace = service.Namespace, Name = pod };
        return new PortForwardStream(await requests.OpenSocketAsync(call, [Protocol], ct), $"{service} (pod {pod}, port {port})");
    }

    private async Task<(string Pod, int Port)> FindPodAsync(CancellationToken ct)
    {
        var found = await cluster.GetAsync(ResourceKind.Services, service.Namespace, service.Name, ct);
        var port = (found.At("spec", "ports") as JsonArray ?? []).FirstOrDefault(p => p.At("port").Number() == service.Port)
            ?? throw Unserved($"the service has no port {service.Port}");
        if (found.At("spec", "selector") is not JsonObject { Count: > 0 } selector) throw Unserved("the service selects no pods");
        var labels = string.Join(',', selector.Select(label => $"{label.Key}={label.Value.Text()}"));
        await foreach (var pod in cluster.ListAsync(ResourceKind.Pods, service.Namespace, labels, null, ct))
        {
            if (IsReady(pod) && TargetPort(port, pod) is { } target) return (pod.At("metadata", "name").Text()!, target);
        }

        throw Unserved("none of its pods is ready");
    }

    private static bool IsReady(JsonObject pod) =>
        pod.At("metadata", "deletionTimestamp") is null
        && (pod.At("status", "conditions") as JsonArray ?? []).Any(condition => condition.At("type").Text() == "Ready" && condition.At("status").Text() == "True");

    private static int? TargetPort(JsonNode port, JsonObject pod)
    {
        var target = port.At("targetPort");
        if (target is null) return port.At("port").Number();
        return target.Number() ?? (pod.At("spec", "containers") as JsonArray ?? [])
            .SelectMany(container => container.At("ports") as JsonArray ?? [])
            .FirstOrDefault(declared => declared.At("name").Text() == target.Text())
            .At("containerPort").Number();
    }

    private DeployException Unserved(string why) =>
        new("ServiceUnavailable", FaultCategory.ResourceUnavailable, $"Service {service} cannot be reached in context '{cluster.ContextName}': {why}.",
            "Check 'service: namespace/name:port' in the configuration, and that its pods run.")
        { Subject = service.ToString() };
}
