using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Completion;

/// <summary>Completes the images of the releases in the history of the target, newest first, also from their digest on.</summary>
public sealed class DigestCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene) => History(scene);

    /// <summary>The images of the history.</summary>
    internal static IReadOnlyList<Candidate> History(CompletionScene scene) =>
        scene.FindTarget() is { } target && scene.FindSession() is { } session
            ? session.Completions.Get($"history of {target.ConfigurationPath} {target.Name}", ct => ReadAsync(target, ct))
            : [];

    private static async Task<IReadOnlyList<Candidate>> ReadAsync(Target target, CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var history = await new ReleaseHistory(cluster, target).ReadAsync(ct);
        return
        [
            .. history.Where(release => release.Image.Length > 0).DistinctBy(release => release.Image).Select(release =>
                new Candidate(release.Image, $"{release.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {release.Status}{Verified(release)}")
                {
                    Short = release.Image.IndexOf('@', StringComparison.Ordinal) + 1,
                }),
        ];
    }

    private static string Verified(Release release) => release.Verified ? ", verified" : "";
}
