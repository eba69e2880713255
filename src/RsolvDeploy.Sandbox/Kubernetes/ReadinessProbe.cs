using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The platform's response to the readiness probe of its pod.</summary>
internal static class ReadinessProbe
{
    private static readonly string[] Served = ["/", "/health", "/api/health", "/metrics"];

    /// <summary>Whether the first container has one.</summary>
    public static bool Exists(JsonObject pod) => pod.At("spec")?["containers"]?[0].At("readinessProbe") is not null;

    /// <summary>The HTTP status; 200 when the pod has no probe by HTTP.</summary>
    public static int StatusCode(JsonObject pod, string behavior)
    {
        if (behavior == "probe-fails") return 500;
        var path = pod.At("spec")?["containers"]?[0].At("readinessProbe", "httpGet", "path").Text();
        return path is null || Served.Contains(path) ? 200 : 404;
    }
}
