using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>Shows the pods of a workload.</summary>
/// <param name="objects">The objects of the workload.</param>
/// <param name="target">Its target.</param>
/// <param name="container">The container whose image is deployed.</param>
internal sealed class LivePods(LiveObjects objects, Target target, string container)
{
    private readonly IReadOnlyList<Corev1Event> _events = [.. objects.Events.Select(item => item.ReadAs<Corev1Event>())];

    /// <summary>A pod with the reason why it is not ready.</summary>
    public PodState Describe(V1Pod pod, long? revision)
    {
        var issues = PodReader.IsReady(pod) ? [] : PodDiagnostics.Issues([pod], _events, target.Rollout.Restarts);
        return PodReader.StateOf(pod, container) with
        {
            Revision = revision,
            Reason = issues is [var issue, ..] ? issue.Diagnosis.Message : null,
        };
    }

    /// <summary>The digest that an image names, or else the one that all ready pods report; null when neither is known.</summary>
    public static string? DigestOf(string image, IEnumerable<V1Pod> ready, string container) =>
        Digest(image)
        ?? (ready.Select(pod => PodReader.ImageId(pod, container) is { } id ? Digest(id) : null).Distinct().ToList() is [{ } one]
            ? one : null);

    private static string? Digest(string reference) =>
        reference.LastIndexOf('@') is >= 0 and var at ? reference[(at + 1)..] : null;
}
