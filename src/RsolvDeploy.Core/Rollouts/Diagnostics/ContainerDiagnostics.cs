using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from one container's status what keeps it from running.</summary>
internal static class ContainerDiagnostics
{
    // What a runtime returns when the start itself failed; krane found that this often passes.
    private const int StartFailed = 128;

    // What a registry returns when an image is missing or may not be pulled; anything else (a registry that is down) may pass.
    private static readonly string[] Refusals =
    [
        "not found", "notfound", "manifest unknown", "name unknown", "unauthorized", "denied", "forbidden", "invalid reference",
    ];

    /// <summary>The issue of a container; null when there is none.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="isInit">Whether it is an init container.</param>
    /// <param name="restarts">How many restarts it is allowed before a crash fails the rollout.</param>
    public static PodIssue? From(V1ContainerStatus status, bool isInit, int restarts)
    {
        var message = status.State?.Waiting?.Message ?? "";
        return OutOfMemory(status, restarts) ?? status.State?.Waiting?.Reason switch
        {
            "CrashLoopBackOff" => CrashLoop(status, isInit, restarts),
            "InvalidImageName" or "ErrImageNeverPull" => ImageNotFound(status, message, fatal: true),
            "ErrImagePull" or "ImagePullBackOff" =>
                ImageNotFound(status, message, fatal: Refusals.Any(refusal => Contains(message, refusal))),
            // The kubelet's cache does not have the Secret or ConfigMap yet: that is not the release's fault.
            "CreateContainerConfigError" => ConfigError(status, message, fatal: !Contains(message, "cache") || !Contains(message, "sync")),
            "CreateContainerError" => ConfigError(status, message, fatal: true),
            "RunContainerError" => ConfigError(status, message, fatal: PodReader.Terminated(status)?.ExitCode != StartFailed),
            _ => ContainerEnds.IsLooping(status, hasToEnd: isInit) ? CrashLoop(status, isInit, restarts) : null,
        };
    }

    private static PodIssue CrashLoop(V1ContainerStatus status, bool isInit, int allowed)
    {
        var exitCode = PodReader.Terminated(status)?.ExitCode;
        var (cause, subject) = isInit ? ("InitFailure", "Init container") : ("CrashLoop", "Container");
        return new PodIssue(
            new Diagnosis(cause, $"{subject} {status.Name} ends with exit code {exitCode} again and again ({Restarts(status)}).")
            {
                Container = status.Name,
                ExitCode = exitCode,
                Remedy = "Read the last log lines; correct the image or its settings.",
            },
            IsFatal: status.RestartCount > allowed);
    }

    // Reported at the first kill, fatal when it happened again: the limit does not change in between.
    private static PodIssue? OutOfMemory(V1ContainerStatus status, int allowed)
    {
        var killed = new[] { status.State?.Terminated, status.LastState?.Terminated }.FirstOrDefault(ended => ended?.Reason == "OOMKilled");
        if (killed is null) return null;
        return new PodIssue(
            new Diagnosis(
                "OutOfMemory", $"Container {status.Name} was killed because it used more memory than its limit ({Restarts(status)}).")
            {
                Container = status.Name,
                ExitCode = killed.ExitCode,
                Remedy = "Raise the memory limit, or find out what uses it.",
            },
            IsFatal: status.RestartCount > allowed);
    }

    private static PodIssue ImageNotFound(V1ContainerStatus status, string message, bool fatal) => new(
        new Diagnosis("ImageNotFound", $"Container {status.Name} cannot get its image: {message}")
        {
            Container = status.Name,
            Remedy = "Correct the image reference; check that the registry has the image and that the cluster may pull it.",
        },
        fatal);

    private static PodIssue ConfigError(V1ContainerStatus status, string message, bool fatal) => new(
        new Diagnosis("ConfigError", $"Container {status.Name} cannot be created: {message}")
        {
            Container = status.Name,
            Remedy = "Correct the Secret, ConfigMap or command that it names.",
        },
        fatal);

    private static string Restarts(V1ContainerStatus status) =>
        $"{status.RestartCount} {(status.RestartCount == 1 ? "restart" : "restarts")}";

    private static bool Contains(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
}
