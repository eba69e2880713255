using System.Globalization;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Checks a ledger against the history in the cluster, which records the last line of the ledger at each release.</summary>
internal static class LedgerAnchor
{
    /// <summary>The difference between the ledger and the history; null when there is none.</summary>
    public static async Task<string?> FindProblemAsync(ClusterClient cluster, Target target, RecordedRun run, CancellationToken ct) =>
        FindProblem(
            [.. (await new ReleaseHistory(cluster, target).ReadAsync(ct)).Where(release => release.Problem is null)], run);

    /// <summary>The difference between the ledger and these releases; null when there is none.</summary>
    public static string? FindProblem(IReadOnlyList<Release> releases, RecordedRun run)
    {
        foreach (var release in releases.Where(release => release.RunId == run.Folder.Id))
        {
            if (release.Ledger?.Split(':') is not [var number, var hash]
                || !int.TryParse(number, CultureInfo.InvariantCulture, out var sequence))
            {
                continue;
            }

            if (sequence > run.Text.Lines.Count)
            {
                return $"the history in the cluster names line {sequence}, but the ledger has only "
                    + $"{run.Text.Lines.Count} lines: lines were removed at the end";
            }

            if (run.Text.Lines[sequence - 1].Hash != hash)
                return $"line {sequence} differs from the one that the history in the cluster names: the ledger was rewritten";
        }

        return null;
    }
}
