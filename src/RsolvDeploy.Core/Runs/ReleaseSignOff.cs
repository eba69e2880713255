namespace RsolvDeploy.Runs;

/// <summary>Records in the history that a run was signed off.</summary>
internal static class ReleaseSignOff
{
    /// <summary>Records it on the newest release of the run. A run without a release is ignored, and so is a second sign-off.</summary>
    /// <param name="history">The history.</param>
    /// <param name="runId">The run.</param>
    /// <param name="completed">The sign-off.</param>
    /// <param name="ledger">The number and the hash of the last line of its ledger.</param>
    /// <param name="ct">Cancels.</param>
    public static Task CompleteAsync(
        this ReleaseHistory history, string runId, RunCompleted completed, string ledger, CancellationToken ct) => history.ChangeAsync(
        releases =>
        {
            var newest = releases.ToList().FindIndex(release => release.RunId == runId && release.Problem is null);
            if (newest < 0 || releases[newest].CompletedBy.Length > 0) return releases;
            return [.. releases.Select((release, index) => index == newest
                ? release with { CompletedBy = completed.By, CompletedAt = completed.At, Ledger = ledger }
                : release)];
        },
        ct);
}
