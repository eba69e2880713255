using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out of one container's status what keeps it from running.</summary>
internal static class ContainerDiagnostics
{
    // What a runtime answers when the start itself failed; krane found that this often passes.
    private const int StartFailed = 128;

    // What a registry says when an image is not there or not for us; anything else (a registry that is down) may pass.
    private static readonly string[] Refusals = ["not found", "notfound", "manifest unknown", "name unknown", "unauthorized", "denied", "forbidden", "invalid reference"];

    /// <summary>The trouble of a container; null when there is none.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="isInit">Whether it is an init container.</param>
    /// <param name="restarts">How many restarts it is allowed before a crash fails the rollout.</param>
    public static PodIssue? From(JsonObject status, bool isInit, int restarts)
    {
        var name = status["name"].Text() ?? "";
        var waiting = status.At("state", "waiting");
        var message = waiting.At("message").Text() ?? "";
        var ended = status.At("state", "terminated") ?? status.At("lastState", "terminated");
        var restarted = status["restartCount"].Number() ?? 0;
        return Memory(status, name, restarted, restarts) ?? waiting.At("reason").Text() switch
        {
            "CrashLoopBackOff" => Crash(name, ended.At("exitCode").Number(), isInit, restarted, restarts),
            "InvalidImageName" or "ErrImageNeverPull" => ImageMissing(name, $"cannot get its image: {message}", fatal: true),
            "ErrImagePull" or "ImagePullBackOff" => ImageMissing(name, $"cannot get its image: {message}", Refusals.Any(refusal => message.Contains(refusal, StringComparison.OrdinalIgnoreCase))),
            // The kubelet has not seen the Secret or ConfigMap yet: its cache, not the release.
            "CreateContainerConfigError" => Config(name, message, fatal: !message.Contains("cache", StringComparison.OrdinalIgnoreCase) || !message.Contains("sync", StringComparison.OrdinalIgnoreCase)),
            "CreateContainerError" => Config(name, message, fatal: true),
            "RunContainerError" => Config(name, message, fatal: ended.At("exitCode").Number() != StartFailed),
            _ => null,
        };
    }

    private static PodIssue Crash(string name, int? exit, bool isInit, int restarted, int allowed) => new(
        new Diagnosis(isInit ? "InitFailure" : "CrashLoop", $"{(isInit ? "Init container" : "Container")} {name} ends with exit code {exit} again and again ({restarted} {(restarted == 1 ? "restart" : "restarts")}).")
        { Container = name, ExitCode = exit, Remedy = "Read the last log lines; correct the image or its settings." },
        IsFatal: restarted > allowed);

    // Told at the first kill, given up when it happened again: the limit does not change in between.
    private static PodIssue? Memory(JsonObject status, string name, int restarted, int allowed)
    {
        var killed = new[] { status.At("state", "terminated"), status.At("lastState", "terminated") }.FirstOrDefault(ended => ended.At("reason").Text() == "OOMKilled");
        if (killed is null) return null;
        return new PodIssue(
            new Diagnosis("OutOfMemory", $"Container {name} was killed because it used more memory than its limit ({restarted} {(restarted == 1 ? "restart" : "restarts")}).")
            { Container = name, ExitCode = killed.At("exitCode").Number(), Remedy = "Raise the memory limit, or find out what uses it." },
            IsFatal: restarted > allowed);
    }

    private static PodIssue ImageMissing(string name, string what, bool fatal) => new(
        new Diagnosis("ImageNotFound", $"Container {name} {what}") { Container = name, Remedy = "Correct the image reference; check that the registry has the image and that the cluster may pull it." }, fatal);

    private static PodIssue Config(string name, string message, bool fatal) => new(
        new Diagnosis("ConfigError", $"Container {name} cannot be made: {message}") { Container = name, Remedy = "Correct the Secret, ConfigMap or command that it names." }, fatal);
}
