using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Client;

namespace RsolvDeploy.Backups;

/// <summary>Compares a backup with the live state of a target, or with another backup. It changes nothing.</summary>
internal static class BackupComparison
{
    /// <summary>The objects that differ; with <see cref="ComparisonOptions.IncludeEqual"/> all objects.</summary>
    public static async Task<IReadOnlyList<StateDifference>> CompareAsync(
        Target target, ComparisonOptions options, Func<ClusterClient> connect, CancellationToken ct)
    {
        using var backup = await OpenAsync(options.BackupPath, options, ct);
        var filter = new ObjectFilter(options.Include, options.Exclude);
        var differences = options.ReferencePath is null
            ? await CompareLiveAsync(backup, target, filter, connect, ct)
            : await CompareReferenceAsync(backup, filter, options, ct);
        return differences.Where(difference => options.IncludeEqual || difference.Change != ObjectChange.Equal).ToArray();
    }

    private static async Task<IReadOnlyList<StateDifference>> CompareLiveAsync(
        BackupFolder backup, Target target, ObjectFilter filter, Func<ClusterClient> connect, CancellationToken ct)
    {
        using var cluster = connect();
        return await StateComparer.CompareAsync(
            backup, await LiveState.ReadAsync(cluster, target.Namespace, backup.Manifest, ct), filter, ct);
    }

    private static async Task<IReadOnlyList<StateDifference>> CompareReferenceAsync(
        BackupFolder backup, ObjectFilter filter, ComparisonOptions options, CancellationToken ct)
    {
        using var reference = await OpenAsync(options.ReferencePath!, options, ct);
        return await StateComparer.CompareAsync(backup, reference, filter, ct);
    }

    private static async Task<BackupFolder> OpenAsync(string path, ComparisonOptions options, CancellationToken ct)
    {
        var passphrase = options.Passphrase is null ? null : BackupPassphrase.From(options.Passphrase);
        var folder = BackupFolder.Open(path, DecryptionKeyProviders.From(options.KeyPath, passphrase));
        try
        {
            await folder.VerifyAsync(ct);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
