using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Makes the four figures of DORA from the release history.</summary>
internal static class DeliveryMeasurer
{
    /// <summary>The figures of a window.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="history">The releases, newest first.</param>
    /// <param name="from">The start of the window.</param>
    /// <param name="to">The end of the window.</param>
    public static DeliveryFigures Measure(TargetIdentity target, IReadOnlyList<Release> history, DateTimeOffset from, DateTimeOffset to)
    {
        // The history holds the last releases only: what fell out of it is not known.
        var isCut = history.Count >= ReleaseHistory.MostReleases && history[^1].At > from;
        var start = isCut ? history[^1].At : from;
        Release[] releases =
            [.. history.Where(release => release.At <= to && release.Status is not (StepStatus.Planned or StepStatus.Skipped)).Reverse()];
        var changes = releases.Select((release, index) => (Release: release, Index: index))
            .Where(one => !one.Release.IsRollback && one.Release.At >= start)
            .ToList();
        var failed = changes.Where(one => HasFailed(releases, one.Index)).ToList();
        var succeeded = changes.Count(one => one.Release.Status == StepStatus.Succeeded);
        var leads = changes
            .Where(one => one.Release is { Status: StepStatus.Succeeded, Committed: { } commit } && commit <= one.Release.At)
            .Select(one => one.Release.At - one.Release.Committed!.Value)
            .ToList();
        var restores = failed.Select(one => RestoreOf(releases, one.Index)).OfType<TimeSpan>().ToList();
        return new DeliveryFigures(target, start, to)
        {
            Deployments = changes.Count,
            Failed = failed.Count,
            PerDay = to > start ? succeeded / (to - start).TotalDays : 0,
            LeadTime = Median(leads),
            LeadTimes = leads.Count,
            ChangeFailureRate = changes.Count == 0 ? null : (double)failed.Count / changes.Count,
            RestoreTime = Median(restores),
            Restored = restores.Count,
            IsCut = isCut,
        };
    }

    // Its rollout did not succeed, or what came next was a rollback.
    private static bool HasFailed(Release[] releases, int index) =>
        releases[index].Status != StepStatus.Succeeded || (index + 1 < releases.Length && releases[index + 1].IsRollback);

    // Until a rollback succeeded, or a later release that was not rolled back.
    private static TimeSpan? RestoreOf(Release[] releases, int failed)
    {
        for (var index = failed + 1; index < releases.Length; index++)
        {
            if (releases[index].Status == StepStatus.Succeeded && (releases[index].IsRollback || !HasFailed(releases, index)))
                return releases[index].At - releases[failed].At;
        }

        return null;
    }

    private static TimeSpan? Median(List<TimeSpan> durations)
    {
        if (durations.Count == 0) return null;
        durations.Sort();
        var middle = durations.Count / 2;
        return durations.Count % 2 == 1 ? durations[middle] : (durations[middle - 1] + durations[middle]) / 2;
    }
}
