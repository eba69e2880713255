using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads what matters out of pods.</summary>
internal static class PodReader
{
    /// <summary>The digest reference that a container or init container runs; null before its start.</summary>
    public static string? ImageId(V1Pod pod, string container) =>
        Statuses(pod).Concat(InitStatuses(pod)).FirstOrDefault(status => status.Name == container)?.ImageID;

    /// <summary>The status of each container that has one.</summary>
    public static IReadOnlyList<V1ContainerStatus> Statuses(V1Pod pod) => [.. pod.Status?.ContainerStatuses ?? []];

    /// <summary>The status of each init container that has one.</summary>
    public static IReadOnlyList<V1ContainerStatus> InitStatuses(V1Pod pod) => [.. pod.Status?.InitContainerStatuses ?? []];

    /// <summary>Whether an init container runs beside the others (<c>restartPolicy: Always</c>).</summary>
    public static bool IsSidecar(V1Pod pod, string container) =>
        (pod.Spec?.InitContainers ?? []).Any(one => one.Name == container && one.RestartPolicy == "Always");

    /// <summary>How a container ended last, whether it runs again or not; null when it never ended.</summary>
    public static V1ContainerStateTerminated? Terminated(V1ContainerStatus status) =>
        status.State?.Terminated ?? status.LastState?.Terminated;

    /// <summary>A condition of the pod; null when it has none of this type.</summary>
    public static V1PodCondition? Condition(V1Pod pod, string type) =>
        pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Whether its Ready condition is true.</summary>
    public static bool IsReady(V1Pod pod) => Condition(pod, "Ready")?.Status == "True";

    /// <summary>Whether it is being deleted.</summary>
    public static bool IsTerminating(V1Pod pod) => pod.DeletionTimestamp() is not null;

    /// <summary>Whether all its containers have ended for good.</summary>
    public static bool HasEnded(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>The pod in the words of kubectl.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container whose image is shown.</param>
    public static PodState StateOf(V1Pod pod, string container)
    {
        var statuses = Statuses(pod);
        var waiting = InitStatuses(pod).Concat(statuses)
            .Select(status => status.State?.Waiting?.Reason)
            .FirstOrDefault(reason => reason is not (null or "ContainerCreating" or "PodInitializing"));
        // Between two crashes kubectl shows how the container ended (Error, OOMKilled).
        waiting ??= statuses.Select(status => status.State?.Terminated?.Reason).FirstOrDefault(reason => !string.IsNullOrEmpty(reason));
        var phase = IsTerminating(pod) ? "Terminating" : waiting ?? pod.Status?.Phase ?? "Unknown";
        var image = statuses.FirstOrDefault(status => status.Name == container)?.ImageID;
        return new PodState(
            pod.Name() ?? "",
            phase,
            IsReady(pod),
            statuses.Concat(InitStatuses(pod).Where(status => IsSidecar(pod, status.Name))).Sum(status => status.RestartCount),
            pod.Spec?.NodeName,
            string.IsNullOrEmpty(image) ? null : image)
        {
            Created = pod.CreationTimestamp() is { } created ? new DateTimeOffset(DateTime.SpecifyKind(created, DateTimeKind.Utc)) : null,
        };
    }
}
