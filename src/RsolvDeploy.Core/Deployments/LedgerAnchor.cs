using System.Globalization;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Holds a ledger against the history in the cluster, which notes the last line of the ledger that there was at each release.</summary>
internal static class LedgerAnchor
{
    /// <summary>What the ledger lacks that the history knows; null when it lacks nothing.</summary>
    public static async Task<string?> MissingAsync(ClusterClient cluster, Target target, RecordedRun run, CancellationToken ct) =>
        Missing(await new ReleaseHistory(cluster, target).ReadAsync(ct), run);

    /// <summary>What the ledger lacks that these releases know.</summary>
    public static string? Missing(IReadOnlyList<Release> releases, RecordedRun run)
    {
        foreach (var release in releases.Where(release => release.RunId == run.Folder.Id))
        {
            if (release.Ledger?.Split(':') is not [var number, var hash] || !int.TryParse(number, CultureInfo.InvariantCulture, out var sequence)) continue;
            if (sequence > run.Text.Lines.Count) return $"the history in the cluster knows line {sequence}, and there are only {run.Text.Lines.Count}: lines were cut off at the end";
            if (run.Text.Lines[sequence - 1].Hash != hash) return $"line {sequence} is another than the one that the history in the cluster knows: the ledger was written anew";
        }

        return null;
    }
}
