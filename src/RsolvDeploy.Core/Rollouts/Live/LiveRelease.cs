namespace RsolvDeploy.Rollouts.Live;

/// <summary>Several workloads as one release: the state of the one that is furthest from ready, and the pods of all.</summary>
internal static class LiveRelease
{
    // What an operator has to know first.
    private static readonly DeploymentState[] Severest =
    [
        DeploymentState.Stalled, DeploymentState.RollingOut, DeploymentState.Paused, DeploymentState.Degraded, DeploymentState.Ready,
    ];

    /// <summary>The release, without what the lock and the history show.</summary>
    /// <param name="target">The release.</param>
    /// <param name="workloads">Its workloads, in the order of their update.</param>
    /// <param name="now">The time.</param>
    public static LiveDeployment From(Target target, IReadOnlyList<LiveWorkload> workloads, DateTimeOffset now)
    {
        var main = target.IsOneDeployment ? workloads[0] : workloads.First(one => one.Workload == target.Main);
        var rollouts = workloads.Where(one => one.Rollout is not null).ToList();
        return new LiveDeployment(
            target, Severest.First(state => workloads.Any(one => one.State == state)), main.Image)
        {
            Digest = main.Digest,
            Workloads = target.IsOneDeployment ? [] : workloads,
            Revision = main.Revision,
            Wanted = workloads.Sum(one => one.Wanted),
            Ready = workloads.Sum(one => one.Ready),
            Rollout = target.IsOneDeployment ? main.Rollout : rollouts.Count == 0 ? null : Merge(rollouts),
            Pods = [.. workloads.SelectMany(one => one.Pods)],
            At = now,
        };
    }

    private static LiveRollout Merge(List<LiveWorkload> workloads)
    {
        var causing = workloads.Find(one => one.Rollout!.Cause is not null);
        return new LiveRollout(
            null,
            workloads.Sum(one => one.Rollout!.Updated),
            workloads.Sum(one => one.Rollout!.Ready),
            workloads.Sum(one => one.Rollout!.Old))
        {
            Cause = causing?.Rollout?.Cause is { } cause ? cause with { Message = $"{causing.Workload}: {cause.Message}" } : null,
        };
    }
}
