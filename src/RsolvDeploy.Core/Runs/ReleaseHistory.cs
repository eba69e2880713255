using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
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

    private const string Key = "releases.json";
    private const int LongestReason = 500;
    private const int MostMigrations = 50;
    private const int MostNamed = 3;

    private readonly TrustedSigners _trusted = trusted ?? TrustedSigners.ForUser(target.Signers);

    private readonly HistoryConfigMap _map = new(cluster, target, Key, certificatePrefix: "signer-");

    /// <summary>All releases, newest first, also those that are not proven; empty when there is no history.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Release>> ReadAsync(CancellationToken ct) =>
        Read(await _map.FindAsync(ct)).Releases;

    /// <summary>The releases that a trusted signer recorded, newest first: only these may choose what runs.</summary>
    /// <param name="reporter">Gets a warning that names the others.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Release>> ReadProvenAsync(IReporter reporter, CancellationToken ct)
    {
        var releases = await ReadAsync(ct);
        var unproven = releases.Where(release => release.Problem is not null).ToList();
        if (unproven.Count > 0)
        {
            reporter.Warning($"{unproven.Count} of {releases.Count} releases in the history of {target.Namespace}/{target.ReleaseName} are "
                + "not proven and choose nothing: "
                + string.Join("; ", unproven.Take(MostNamed).Select(release => $"{release.Image} {release.Problem}"))
                + $". The certificates of its signers are in ConfigMap {_map.Name}: compare their fingerprints, "
                + "and add them to 'signers'.");
        }

        return [.. releases.Where(release => release.Problem is null)];
    }

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

    /// <summary>Changes the releases. When two operators write at the same time, the second one reads again and adds its change.</summary>
    public async Task ChangeAsync(Func<IReadOnlyList<Release>, IReadOnlyList<Release>> change, CancellationToken ct)
    {
        using var signer = _trusted.Own.Load(cluster.Now);
        await ConflictRetry.UpsertAsync(
            async token =>
            {
                var found = await _map.FindAsync(token);
                var before = Read(found);
                var after = change(before.Releases);
                if (ReferenceEquals(after, before.Releases)) return found;
                if (found is null)
                {
                    // Its uid, which the signatures are bound to, is known only when it exists.
                    found = await _map.CreateAsync(token);
                    before = Read(found);
                }

                return await _map.ReplaceAsync(found, before.Write(after, signer), signer.Certificate, token);
            },
            ct);
    }

    private SignedReleases Read(JsonObject? map)
    {
        var place = $"{map.At("metadata", "uid").Text()} {target.Namespace}/{_map.Name}";
        try
        {
            return _map.Entries(map) is { } text ? SignedReleases.Read(text, place, _trusted) : SignedReleases.Empty(place);
        }
        catch (JsonException e)
        {
            throw new DeployException("HistoryUnreadable", FaultCategory.InvalidData,
                $"The history of {target.Namespace}/{target.Deployment} (ConfigMap {_map.Name}) cannot be read.",
                $"Correct the ConfigMap, or delete it: kubectl -n {target.Namespace} delete configmap {_map.Name}.", e)
            { Subject = _map.Name };
        }
    }
}
