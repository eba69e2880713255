using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The status that a kubelet reports of a pod.</summary>
internal static class PodStatus
{
    public static JsonObject Of(JsonObject pod, PodRun run, string pullError, DateTimeOffset now)
    {
        var ready = run.Stage == PodStage.Ready;
        var container = pod.At("spec")!["containers"]![0]!;
        var image = container.At("image").Text() ?? "";
        var status = new JsonObject
        {
            ["name"] = container.At("name").Text(),
            ["state"] = State(run, image, pullError),
            ["lastState"] = run.Restarts > 0 || run.Stage == PodStage.BackOff ? new JsonObject { ["terminated"] = Terminated(run) } : new JsonObject(),
            ["ready"] = ready,
            ["restartCount"] = run.Restarts,
            ["image"] = image,
            ["imageID"] = run.Image is null ? "" : $"{Repository(image)}@{run.Image.Digest}",
            ["started"] = run.Stage is PodStage.Running or PodStage.Ready,
        };
        return new JsonObject
        {
            ["phase"] = run.Image is null ? "Pending" : "Running",
            ["conditions"] = new JsonArray(
                Conditions.Next(pod, "PodScheduled", true, "", "", now),
                Conditions.Next(pod, "Initialized", true, "", "", now),
                Conditions.Next(pod, "ContainersReady", ready, ready ? "" : "ContainersNotReady", ready ? "" : $"containers with unready status: [{container.At("name").Text()}]", now),
                Conditions.Next(pod, "Ready", ready, ready ? "" : "ContainersNotReady", ready ? "" : $"containers with unready status: [{container.At("name").Text()}]", now)),
            ["hostIP"] = "127.0.0.1",
            ["podIP"] = "10.244.0.10",
            ["startTime"] = pod.At("metadata", "creationTimestamp")!.DeepClone(),
            ["containerStatuses"] = new JsonArray(status),
            ["qosClass"] = "Burstable",
        };
    }

    private static JsonObject State(PodRun run, string image, string pullError) => run.Stage switch
    {
        PodStage.PullFailed => Waiting("ErrImagePull", pullError),
        PodStage.PullBackOff => Waiting("ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {pullError}"),
        PodStage.ConfigError => Waiting("CreateContainerConfigError", run.Obstacle),
        PodStage.Running or PodStage.Ready or PodStage.Stopping when run.Image is not null => new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Json.Stamp(run.Started) } },
        PodStage.Ended => new JsonObject { ["terminated"] = Terminated(run) },
        PodStage.BackOff => Waiting("CrashLoopBackOff", "back-off 10s restarting failed container"),
        _ => Waiting("ContainerCreating", null),
    };

    private static JsonObject Waiting(string reason, string? message)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null) waiting["message"] = message;
        return new JsonObject { ["waiting"] = waiting };
    }

    private static JsonObject Terminated(PodRun run) => new()
    {
        ["exitCode"] = 1,
        ["reason"] = "Error",
        ["startedAt"] = Json.Stamp(run.Started),
        ["finishedAt"] = Json.Stamp(run.Since),
    };

    private static string Repository(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
