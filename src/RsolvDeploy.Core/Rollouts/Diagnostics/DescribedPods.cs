using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>The pods of a revision, each with what keeps it from being ready.</summary>
internal static class DescribedPods
{
    /// <summary>The pods, by name.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="issues">What was found about them.</param>
    /// <param name="container">The container whose image is deployed.</param>
    /// <param name="revision">Their revision; null when it is not known.</param>
    public static IReadOnlyList<PodState> Create(
        IEnumerable<V1Pod> pods, IReadOnlyList<PodIssue> issues, string container, long? revision) =>
    [
        .. pods.Select(pod => PodReader.StateOf(pod, container) with
        {
            Revision = revision,
            Reason = PodReader.IsReady(pod) ? null : issues.FirstOrDefault(issue => issue.PodUid == pod.Uid())?.Diagnosis.Message,
        }).OrderBy(pod => pod.Name, StringComparer.Ordinal),
    ];
}
