using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// The last releases of a deployment, in a ConfigMap in its namespace, so that every operator finds the last known good release. Each is
/// signed: one that nobody trusted signed chooses nothing.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="trusted">Whose entries count, and who signs new ones; null for the user and the signers of the target.</param>
internal sealed class ReleaseHistory(ClusterClient cluster, Target target, TrustedSigners? trusted = null)
{
    /// <summary>The prefix of the names of the ConfigMaps.</summary>
    public const string Prefix = HistoryConfigMap.Prefix;

    /// <summary>The type of the Secrets that contain configuration snapshots.</summary>
    public const string SnapshotType = "rsolv.dev/kept-configuration";

    /// <summary>How many releases it holds.</summary>
    public const int MostReleases = 20;

    private const string Compare = "Compare it with the records of the runs (Get-RsolvRun). To roll back, specify -ToDigest; "
        + "releases that are verified from now on choose again.";
    private const int LongestReason = 500;
    private const int MostMigrations = 50;
    private const int MostNamed = 3;

    private readonly SealedHistory _history = new(cluster, target, trusted ?? TrustedSigners.ForUser(target.Signers));

    /// <summary>All releases, newest first, also those that are not proven; empty when there is no history.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Release>> ReadAsync(CancellationToken ct) => (await _history.ReadAsync(ct)).Releases;

    /// <summary>The same; null when releases are missing.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Release>?> ReadCompleteAsync(CancellationToken ct) =>
        await _history.ReadAsync(ct) is { Gaps.Count: 0 } read ? read.Releases : null;

    /// <summary>All releases, newest first, with a warning that names what is missing.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Release>> ReadAsync(IReporter reporter, CancellationToken ct)
    {
        var read = await _history.ReadAsync(ct);
        if (read.Gaps.Count > 0) reporter.Warning($"{Incomplete(read)}. {Compare}");
        return read.Releases;
    }

    /// <summary>The releases that a trusted signer recorded, newest first: only these may choose what runs.</summary>
    /// <param name="reporter">Gets a warning that names the others, and what is missing.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Release>> ReadProvenAsync(IReporter reporter, CancellationToken ct)
    {
        var read = await _history.ReadAsync(ct);
        Warn(read, $"{Incomplete(read)}. A rollback may choose an older release than the last known good one. {Compare}", reporter);
        return [.. read.Releases.Where(release => release.Problem is null)];
    }

    /// <summary>
    /// The proven releases that may choose without a person: those that are newer than anything that is missing, newest first.
    /// </summary>
    /// <param name="reporter">Gets a warning that names the others, and what is missing.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The releases, and what is missing; null when nothing is.</returns>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<(IReadOnlyList<Release> Releases, string? Missing)> ReadUnattendedAsync(IReporter reporter, CancellationToken ct)
    {
        var read = await _history.ReadAsync(ct);
        Warn(read, $"{Incomplete(read)}. Releases that are older than that choose nothing in an unattended rollback. {Compare}", reporter);
        var newer = read.Gaps.Count == 0 ? read.Releases.Count : read.Gaps.Min(gap => gap.Newer);
        return ([.. read.Releases.Take(newer).Where(release => release.Problem is null)], read.Gaps.Count == 0 ? null : Reasons(read));
    }

    /// <summary>The error of an unattended rollback that finds no release among those that it may choose from.</summary>
    /// <param name="target">The deployment.</param>
    /// <param name="missing">What is missing in its history.</param>
    public static DeployException IncompleteError(Target target, string missing) => new(
        "HistoryIncomplete", FaultCategory.SecurityError,
        $"The history of {target.Namespace}/{target.ReleaseName} is incomplete, so that an unattended rollback cannot choose: {missing}.",
        "Compare it with the records of the runs (Get-RsolvRun), then roll back by hand: Undo-RsolvDeployment -ToDigest. "
            + "Releases that are verified from now on choose again.")
    { Subject = Prefix + target.ReleaseName };

    private void Warn(SignedReleases read, string incomplete, IReporter reporter)
    {
        var unproven = read.Releases.Where(release => release.Problem is not null).ToList();
        var warnings = new List<string>();
        if (unproven.Count > 0)
        {
            warnings.Add(
                $"{unproven.Count} of {read.Releases.Count} releases in the history of {target.Namespace}/{target.ReleaseName} are "
                + "not proven and choose nothing: "
                + string.Join("; ", unproven.Take(MostNamed).Select(release => $"{release.Image} {release.Problem}"))
                + $". The certificates of its signers are in ConfigMap {_history.Name}: compare their fingerprints, and add them to "
                + "'signers'.");
        }

        if (read.Gaps.Count > 0) warnings.Add(incomplete);
        if (warnings.Count > 0) reporter.Warning(string.Join(' ', warnings));
    }

    private string Incomplete(SignedReleases read) =>
        $"The history of {target.Namespace}/{target.ReleaseName} (ConfigMap {_history.Name}) is incomplete: {Reasons(read)}";

    private static string Reasons(SignedReleases read) =>
        string.Join("; ", read.Gaps.Take(MostNamed).Select(gap => gap.Reason))
            + (read.Gaps.Count > MostNamed ? $"; and {read.Gaps.Count - MostNamed} more" : "");

    /// <summary>Adds a release. A resumed run does not add the same release twice.</summary>
    public Task AppendAsync(Release release, CancellationToken ct) => ChangeAsync(
        releases => releases.Any(known => IsSame(known, release))
            ? releases
            :
            [
                release with { Reason = release.Reason.Length > LongestReason ? release.Reason[..LongestReason] + "…" : release.Reason },
                .. releases.Take(MostReleases - 1),
            ],
        ct);

    private static bool IsSame(Release known, Release release) =>
        release.RunId.Length > 0
            && (known.RunId, known.Image, known.IsRollback, known.Status) == (
                release.RunId, release.Image, release.IsRollback, release.Status);

    /// <summary>Marks the newest release of an image as verified. An image without a release in the history is ignored.</summary>
    public Task MarkVerifiedAsync(string image, CancellationToken ct) => ChangeAsync(
        releases =>
        {
            var newest = releases.ToList().FindIndex(release => release.Image == image && release.Status == StepStatus.Succeeded);
            return newest < 0 || releases[newest] is { Verified: true, Problem: null }
                ? releases
                : [.. releases.Select((release, index) => index == newest ? Observed(release) with { Verified = true } : release)];
        },
        ct);

    /// <summary>
    /// Records a validation on the newest successful release of an image; adds the release when the history lacks it.
    /// </summary>
    /// <param name="running">The running release.</param>
    /// <param name="validation">The validation.</param>
    /// <param name="ct">Cancels.</param>
    public Task MarkValidatedAsync(Release running, ReleaseValidation validation, CancellationToken ct) => ChangeAsync(
        releases =>
        {
            var at = releases.ToList().FindIndex(release => release.Image == running.Image && release.Status == StepStatus.Succeeded);
            return at < 0
                ? [running with { Validation = validation }, .. releases.Take(MostReleases - 1)]
                : [.. releases.Select((release, index) => index == at ? Observed(release) with { Validation = validation } : release)];
        },
        ct);

    /// <summary>
    /// Records the schema version and the applied migrations on the newest release of an image; adds the release when the history lacks it.
    /// </summary>
    /// <param name="running">The running release.</param>
    /// <param name="ct">Cancels.</param>
    public Task RecordSchemaAsync(Release running, CancellationToken ct) => ChangeAsync(
        releases =>
        {
            var at = releases.ToList().FindIndex(release => release.Image == running.Image);
            if (at < 0) return [running, .. releases.Take(MostReleases - 1)];
            var known = releases[at];
            IReadOnlyList<SchemaMigration> applied = [.. known.Migrations.Concat(running.Migrations).Distinct().TakeLast(MostMigrations)];
            if (known.Problem is null && known.Schema == running.Schema && applied.SequenceEqual(known.Migrations)) return releases;
            return [.. releases.Select((release, index) =>
                index == at ? Observed(release) with { Schema = running.Schema, Migrations = applied } : release)];
        },
        ct);

    // Whoever signs an entry vouches for it. Of one that is not proven only what runs was seen.
    private static Release Observed(Release release) => release.Problem is null ? release : new Release(release.Image, release.At)
    {
        Status = release.Status,
        IsRollback = release.IsRollback,
        By = release.By,
        RunId = release.RunId,
        Reason = release.Reason,
    };

    /// <inheritdoc cref="SealedHistory.ChangeAsync"/>
    public Task ChangeAsync(Func<IReadOnlyList<Release>, IReadOnlyList<Release>> change, CancellationToken ct) =>
        _history.ChangeAsync(change, ct);
}
