using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>
/// Decides which issue matters most, and whether it is certain: it cannot pass by itself, or it has stayed for the patience of its
/// cause. What one pod has while another new pod is well is never certain: one unlucky pod is not the release.
/// </summary>
/// <param name="settings">Has the patience of each cause.</param>
/// <param name="history">Since when each issue has stayed.</param>
/// <param name="at">The time of the verdict, counted from the start of the watch.</param>
internal sealed class CertaintyRule(RolloutSettings settings, IssueHistory history, TimeSpan at)
{
    /// <summary>An issue, and whether it is certain.</summary>
    internal sealed record Judged(PodIssue Issue, bool IsCertain);

    /// <summary>The most severe issue; null when there is none.</summary>
    /// <param name="issues">All issues, which the history has observed.</param>
    /// <param name="pods">The new pods.</param>
    public Judged? MostSevere(IReadOnlyList<PodIssue> issues, IReadOnlyList<V1Pod> pods)
    {
        if (issues.Count == 0) return null;
        var recurring = history.RecurringPods();
        var isServing = pods.Any(pod => PodReader.IsReady(pod) && !recurring.Contains(pod.Uid() ?? ""));
        return issues
            .Select(issue => new Judged(issue, !(isServing && issue.PodUid.Length > 0) && history.IsCertain(issue, settings, at)))
            .OrderByDescending(judged => judged.IsCertain)
            .ThenByDescending(judged => judged.Issue.CanFail && judged.Issue.PatienceIn(settings) is not null)
            .ThenBy(judged => judged.Issue.Diagnosis.Pod, StringComparer.Ordinal)
            .First();
    }
}
