using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The status that a kubelet reports of a pod.</summary>
internal static class PodStatus
{
    public static JsonObject Create(JsonObject pod, PodRun run, DateTimeOffset now)
    {
        if (run.Stage == PodStage.Unschedulable)
        {
            var scheduled = new Condition("PodScheduled", false, "Unschedulable", run.Message);
            return new JsonObject
            {
                ["phase"] = "Pending",
                ["conditions"] = new JsonArray(Conditions.Next(pod, scheduled, now)),
                ["qosClass"] = "Burstable",
            };
        }

        var ready = run.Stage == PodStage.Ready;
        var whole = ready && run.Sidecar is not { HasEnded: true };
        var container = pod.At("spec")!["containers"]![0]!;
        var image = container.At("image").Text() ?? "";
        var status = new JsonObject
        {
            ["name"] = container.At("name").Text(),
            ["state"] = State(run, image),
            ["lastState"] = run.Restarts > 0 || run.Stage == PodStage.BackOff
                ? new JsonObject { ["terminated"] = Terminated(run) }
                : new JsonObject(),
            ["ready"] = ready,
            ["restartCount"] = run.Restarts,
            ["image"] = Name(image, run),
            ["imageID"] = run.ImageId,
            ["started"] = run.Stage is PodStage.Running or PodStage.Ready,
        };
        var all = new JsonObject
        {
            ["phase"] = run.Image is null ? "Pending" : "Running",
            ["conditions"] = new JsonArray(
                Conditions.Next(pod, new Condition("PodScheduled", true), now),
                Conditions.Next(pod, new Condition("Initialized", true), now),
                Conditions.Next(pod, Readiness("ContainersReady"), now),
                Conditions.Next(pod, Readiness("Ready"), now)),
            ["hostIP"] = "127.0.0.1",
            ["podIP"] = "10.244.0.10",
            ["startTime"] = pod.At("metadata", "creationTimestamp")!.DeepClone(),
            ["containerStatuses"] = new JsonArray([status, .. Others(pod, "containers", 1).Select(other => Beside(status, other, run))]),
            ["qosClass"] = "Burstable",
        };
        if (Conditions.For(pod, "DisruptionTarget") is { } evicted) ((JsonArray)all["conditions"]!).Add(evicted);
        if (pod.At("spec", "initContainers") is JsonArray { Count: > 0 })
        {
            all["initContainerStatuses"] = new JsonArray([.. Others(pod, "initContainers", 0).Select(other =>
                IsSidecar(other) ? Sidecar(Beside(status, other, run), run) : Ended(Beside(status, other, run), run))]);
        }

        return all;

        Condition Readiness(string type) => whole
            ? new Condition(type, true)
            : new Condition(type, false, "ContainersNotReady", $"containers with unready status: [{container.At("name").Text()}]");
    }

    private static IEnumerable<JsonNode> Others(JsonObject pod, string list, int skip) =>
        (pod.At("spec", list) as JsonArray ?? []).Skip(skip).OfType<JsonNode>();

    // The first container determines the state of the pod; the others follow it, each with its own image.
    private static JsonObject Beside(JsonObject first, JsonNode container, PodRun run)
    {
        var status = first.Copy();
        var image = container.At("image").Text() ?? "";
        (status["name"], status["image"]) = (container.At("name").Text(), image);
        status["imageID"] = run.Image is null ? ""
            : image.Contains('@', StringComparison.Ordinal) ? image
            : $"{Repository(image)}@{run.Image.Digest}";
        return status;
    }

    private static bool IsSidecar(JsonNode container) => container.At("restartPolicy").Text() == "Always";

    private static JsonNode Sidecar(JsonNode status, PodRun run)
    {
        if (run.Image is null) return status;
        (run.Sidecar ?? new SidecarRun(0, false, run.Since)).Write(status);
        return status;
    }

    private static JsonNode Ended(JsonNode status, PodRun run)
    {
        if (run.Image is null) return status;
        status["state"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 0, ["reason"] = "Completed" } };
        (status["ready"], status["restartCount"], status["lastState"]) = (true, 0, new JsonObject());
        return status;
    }

    private static JsonObject State(PodRun run, string image) => run.Stage switch
    {
        PodStage.PullFailed => Waiting("ErrImagePull", run.Message),
        PodStage.PullBackOff => Waiting("ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {run.Message}"),
        PodStage.ConfigError => Waiting("CreateContainerConfigError", run.Message),
        PodStage.Running or PodStage.Ready or PodStage.Stopping when run.Image is not null =>
            new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Json.Stamp(run.Started) } },
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
        ["exitCode"] = run.Behavior == "out-of-memory" ? 137 : 1,
        ["reason"] = run.Behavior == "out-of-memory" ? "OOMKilled" : "Error",
        ["startedAt"] = Json.Stamp(run.Started),
        ["finishedAt"] = Json.Stamp(run.Since),
    };

    // containerd names an image that was asked for by digest by its configuration.
    private static string Name(string image, PodRun run) =>
        run.Image is { } pulled && image.Contains('@', StringComparison.Ordinal) ? pulled.ConfigDigest : image;

    public static string Repository(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
