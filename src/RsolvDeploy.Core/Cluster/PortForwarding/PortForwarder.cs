using System.Globalization;
using RsolvDeploy.Cluster.Transport;

namespace RsolvDeploy.Cluster.PortForwarding;

/// <summary>Makes HTTP handlers whose connections run through the API server into a pod of a service.</summary>
/// <param name="requests">The API server.</param>
/// <param name="service">The service.</param>
/// <param name="findPod">Finds a pod that serves it, anew for each connection.</param>
internal sealed class PortForwarder(ApiRequests requests, ServiceAddress service, Func<CancellationToken, Task<PodPort>> findPod)
{
    private const string Protocol = "v4.channel.k8s.io";

    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = async (_, ct) => await ConnectAsync(ct),
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    private async Task<Stream> ConnectAsync(CancellationToken ct)
    {
        var (pod, port) = await findPod(ct);
        var path = $"{ResourceKind.Pods.PathOf(service.Namespace, pod)}/portforward?ports={port.ToString(CultureInfo.InvariantCulture)}";
        var call = new ApiCall(HttpMethod.Get, "create", path)
        {
            Kind = ResourceKind.Pods,
            Subresource = "portforward",
            Namespace = service.Namespace,
            Name = pod,
        };
        return new PortForwardStream(await requests.OpenSocketAsync(call, [Protocol], ct), $"{service} (pod {pod}, port {port})");
    }
}
