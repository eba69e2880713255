using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>
/// How often a container has ended, by its restart count and its state. The reason CrashLoopBackOff says little: since Kubernetes 1.35 the
/// kubelet shows it only for an instant before each restart, and <c>terminated</c> in between.
/// </summary>
internal static class ContainerEnds
{
    /// <summary>How many of its instances have ended; an instance that had to end, and did, is none.</summary>
    /// <param name="status">The container's status.</param>
    /// <param name="hasToEnd">Whether it is an init container that ends before the others start.</param>
    public static int Count(V1ContainerStatus status, bool hasToEnd)
    {
        if (hasToEnd && status.State?.Terminated?.ExitCode == 0) return 0;
        return status.RestartCount + (IsDown(status) ? 1 : 0);
    }

    private static bool IsDown(V1ContainerStatus status) => status.State?.Running is null && PodReader.Terminated(status) is not null;
}
