using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Kubernetes.Exec;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The subresources of a pod that stream.</summary>
internal sealed class PodEndpoints(LogEndpoint log, PortForwardEndpoint portForward, ExecEndpoint exec)
{
    /// <summary>Serves the subresource; false when no such one streams for this method.</summary>
    public async Task<bool> ServeAsync(HttpContext http, string? subresource, Func<JsonObject> pod)
    {
        switch (http.Request.Method, subresource)
        {
            case ("GET", "log"):
                await log.ServeAsync(http, pod());
                return true;
            case ("GET" or "POST", "portforward"):
                await portForward.ServeAsync(http, pod());
                return true;
            case ("GET" or "POST", "exec"):
                await exec.ServeAsync(http, pod());
                return true;
            default:
                return false;
        }
    }
}
