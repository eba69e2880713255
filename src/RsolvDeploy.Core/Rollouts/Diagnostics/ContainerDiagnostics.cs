using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from one container's status what keeps it from running.</summary>
/// <param name="pod">The pod.</param>
/// <param name="events">Its events.</param>
/// <param name="restarts">How many restarts a container is allowed before it can fail a rollout.</param>
internal sealed class ContainerDiagnostics(V1Pod pod, IReadOnlyList<Corev1Event> events, int restarts)
{
    // What a runtime returns when the start itself failed.
    private const int StartFailed = 128;

    // A start that failed for one of these fails again; others often pass.
    private static readonly string[] Lasting = ["executable file not found", "no such file", "permission denied", "is a directory"];

    private readonly bool _isReady = PodReader.IsReady(pod);

    /// <summary>The issues of the pod's init containers, sidecars and containers.</summary>
    public IEnumerable<PodIssue> Issues() =>
        PodReader.InitStatuses(pod)
            .Select(status => From(status, PodReader.IsSidecar(pod, status.Name) ? ContainerRole.Sidecar : ContainerRole.Init))
            .Concat(PodReader.Statuses(pod).Select(status => From(status, ContainerRole.Container)))
            .OfType<PodIssue>()
            .Select(issue => issue with { PodUid = pod.Uid() ?? "" });

    private PodIssue? From(V1ContainerStatus status, ContainerRole role)
    {
        var message = status.State?.Waiting?.Message ?? "";
        return status.State?.Waiting?.Reason switch
        {
            "InvalidImageName" or "ErrImagePull" or "ImagePullBackOff" or "ErrImageNeverPull" or "ImageInspectError"
                or "RegistryUnavailable" or "SignatureValidationFailed" => ImageDiagnostics.From(status, events),
            // The kubelet's cache does not have the Secret or ConfigMap yet: that is not the release's fault.
            "CreateContainerConfigError" => ConfigError(status, message, !Contains(message, "cache") || !Contains(message, "sync")),
            "CreateContainerError" => ConfigError(status, message),
            "RunContainerError" => StartError(status, message),
            _ => Ended(status, role),
        };
    }

    private PodIssue? Ended(V1ContainerStatus status, ContainerRole role)
    {
        if (PodReader.Terminated(status) is not { } ended) return null;
        var hasEnded = status.State?.Running is null;
        // An init container that completed has done its work, and a container of a pod that is ready runs again.
        if (role == ContainerRole.Init && ended.ExitCode == 0 && status.State?.Terminated is not null) return null;
        if (!hasEnded && (_isReady || role == ContainerRole.Init)) return null;
        if (ended.Reason is "StartError" or "ContainerCannotRun" && hasEnded) return StartError(status, ended.Message ?? "");
        var ends = status.RestartCount + (hasEnded ? 1 : 0);
        var issue = ended.Reason == "OOMKilled" ? OutOfMemory(status, ended, role) : CrashLoop(status, ended, role);
        return issue with { CanFail = ends > restarts + 1, Occurrences = ends };
    }

    private static PodIssue CrashLoop(V1ContainerStatus status, V1ContainerStateTerminated ended, ContainerRole role)
    {
        var again = status.RestartCount > 0 ? " again and again" : "";
        var issue = PodIssue.Create(
            role == ContainerRole.Init ? RolloutCauses.InitFailure : RolloutCauses.CrashLoop,
            $"{Name(status, role)} ends with exit code {ended.ExitCode}{again} ({Restarts(status)}).",
            "Read the last log lines; correct the image or its settings.");
        return issue with { Diagnosis = issue.Diagnosis with { Container = status.Name, ExitCode = ended.ExitCode } };
    }

    // Reported at the first kill, certain at the second: the limit does not change in between.
    private static PodIssue OutOfMemory(V1ContainerStatus status, V1ContainerStateTerminated ended, ContainerRole role)
    {
        var issue = PodIssue.Create(
            RolloutCauses.OutOfMemory,
            $"{Name(status, role)} was killed because it used more memory than its limit ({Restarts(status)}).",
            "Raise the memory limit, or find out what uses it.");
        return issue with
        {
            Diagnosis = issue.Diagnosis with { Container = status.Name, ExitCode = ended.ExitCode },
            Required = 2,
        };
    }

    private static PodIssue StartError(V1ContainerStatus status, string message)
    {
        var ended = PodReader.Terminated(status);
        var text = message.Length > 0 ? message : ended?.Message ?? "";
        return ConfigError(
            status, text, ended?.ExitCode != StartFailed || Array.Exists(Lasting, part => Contains($"{text} {ended?.Message}", part)));
    }

    private static PodIssue ConfigError(V1ContainerStatus status, string message, bool canFail = true)
    {
        var issue = PodIssue.Create(
            RolloutCauses.ConfigError,
            $"Container {status.Name} cannot be created: {message}",
            "Correct the Secret, ConfigMap or command that it names.");
        var late = IsMissingObject(message) ? RolloutCauses.FailedMount : null;
        return issue with
        {
            Diagnosis = issue.Diagnosis with { Container = status.Name },
            CanFail = canFail,
            WaitsLike = late,
            // An object that came late begins a new wait: its controller may write its keys a moment later.
            Renewal = late?.Id,
        };
    }

    // secret "a" not found: a controller may be about to create it, whether it is mounted or read.
    private static bool IsMissingObject(string message) =>
        (message.StartsWith("secret \"", StringComparison.Ordinal) || message.StartsWith("configmap \"", StringComparison.Ordinal))
        && message.EndsWith("not found", StringComparison.Ordinal);

    private static string Name(V1ContainerStatus status, ContainerRole role) => role switch
    {
        ContainerRole.Init => $"Init container {status.Name}",
        ContainerRole.Sidecar => $"Sidecar {status.Name}",
        _ => $"Container {status.Name}",
    };

    private static string Restarts(V1ContainerStatus status) =>
        $"{status.RestartCount} {(status.RestartCount == 1 ? "restart" : "restarts")}";

    private static bool Contains(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
}
