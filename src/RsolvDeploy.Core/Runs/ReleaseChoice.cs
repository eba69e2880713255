using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Runs;

/// <summary>What the releases of a history choose for a rollback.</summary>
internal static class ReleaseChoice
{
    /// <summary>The newest verified release with another image than the running one; null when there is none.</summary>
    public static Release? LastKnownGood(IReadOnlyList<Release> releases, string running) =>
        releases.FirstOrDefault(release => release is { Verified: true, Status: StepStatus.Succeeded }
            && !ImageDigest.IsSame(release.Image, running));

    /// <summary>The image to roll back to, and the reason; no image when no release was verified.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="running">The image that runs now.</param>
    /// <param name="leavesRunning">Whether that image is left although it was verified, because it was found to be bad since.</param>
    public static (string? Image, string Choice) FindRollback(
        IReadOnlyList<Release> releases, string running, bool leavesRunning = false)
    {
        var runningIsGood = releases.Any(release => release.Verified && ImageDigest.IsSame(release.Image, running));
        var rolledBack = releases.Count > 0
            && releases[0] is { IsRollback: true, Status: StepStatus.Succeeded } newest
            && ImageDigest.IsSame(newest.Image, running);
        // A second rollback must not leave the last known good release.
        if (!leavesRunning && runningIsGood && (rolledBack || LastKnownGood(releases, running) is null))
            return (running, "the last known good release already runs");
        return LastKnownGood(releases, running) is { } good
            ? (good.Image, $"the last known good release, deployed by {good.By} on {good.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
            : (null, "the history has no verified release");
    }

    /// <summary>The revision of the newest verified release of an image; null when it is not known.</summary>
    public static long? RevisionOf(IReadOnlyList<Release> releases, string? image) =>
        releases.FirstOrDefault(release => release is { Verified: true, Status: StepStatus.Succeeded } && release.Image == image)?.Revision;

    /// <summary>The Secret with the configuration snapshot of an image; null when there is none.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="image">The image.</param>
    public static string? SnapshotFor(IReadOnlyList<Release> releases, string image)
    {
        if (releases.FirstOrDefault(release => release.Image == image && release.Configuration is not null) is { } known)
            return known.Configuration;
        // The image is older than the history: the snapshot before the first release after it is its configuration.
        return releases
            .TakeWhile(release => release.Image != image)
            .LastOrDefault(release => release.ConfigurationBefore is not null)?.ConfigurationBefore;
    }
}
