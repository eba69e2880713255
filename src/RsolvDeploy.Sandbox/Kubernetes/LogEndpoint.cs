using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The log of a pod's container, with <c>previous</c>, <c>tailLines</c>, <c>timestamps</c> and <c>follow</c>.</summary>
internal sealed class LogEndpoint(ObjectStore store, Kubelet kubelet)
{
    public async Task ServeAsync(HttpContext http, JsonObject pod)
    {
        var previous = http.Request.Query["previous"] == "true";
        var log = kubelet.Log(pod, previous)
            ?? throw new ApiError(
                400,
                "BadRequest",
                $"previous terminated container \"{http.Request.Query["container"]}\" in pod \"{pod.Name()}\" not found");
        var count = int.TryParse(http.Request.Query["tailLines"], CultureInfo.InvariantCulture, out var tail) ? tail : int.MaxValue;
        http.Response.ContentType = "text/plain";
        foreach (var (line, index) in log.Lines.Select((line, index) => (line, index)).TakeLast(count))
        {
            var stamp = http.Request.Query["timestamps"] == "true"
                ? $"{log.Started.AddTicks(index).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff}00Z "
                : "";
            await http.Response.WriteAsync($"{stamp}{line}\n", http.RequestAborted);
        }

        if (http.Request.Query["follow"] != "true") return;
        await http.Response.Body.FlushAsync(http.RequestAborted);
        // A container of the sandbox writes when it starts and when it ends. Another log then replaces this one.
        var (_, version) = store.List(KindInfo.Pods, pod.Namespace());
        while (store.Find(KindInfo.Pods, pod.Namespace(), pod.Name()) is { } now
            && ReferenceEquals(kubelet.Log(now, previous)?.Lines, log.Lines))
        {
            var (changes, next) = store.After(version);
            if (changes.Count > 0) version = changes[^1].Version;
            else await next.WaitAsync(http.RequestAborted);
        }
    }
}
